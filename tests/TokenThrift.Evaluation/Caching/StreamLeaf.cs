using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace TokenThrift.Evaluation.Caching;

/// <summary>The model of a stream: answers by the class of the row that is being asked.</summary>
internal sealed class StreamLeaf(IStreamAnswers answers) : IChatClient
{
    /// <summary>Gets or sets the class of the row.</summary>
    public string Class { get; set; } = string.Empty;

    /// <summary>Gets how often it was asked.</summary>
    public int Calls { get; private set; }

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Calls++;
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, answers.Answer(Class)))
        {
            FinishReason = ChatFinishReason.Stop,
            ModelId = "gpt-5.5",
            Usage = new UsageDetails { InputTokenCount = 300, OutputTokenCount = 80 },
        });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (ChatResponseUpdate update in (await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(StreamLeaf) ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
