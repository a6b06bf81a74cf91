using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TokenThrift.Evaluation.Caching;

/// <summary>A simulated judge or verifier: it knows the class of the question and says whether the kept answer is one to it, but errs now and then.</summary>
/// <param name="leaf">Knows the class.</param>
/// <param name="answers">Know which answer is one to it.</param>
/// <param name="error">With what probability it says the opposite, 0 to 1.</param>
/// <param name="seed">Seeds its errors.</param>
/// <param name="yes">What it replies where the answer does.</param>
/// <param name="no">What it replies where it does not.</param>
internal sealed class SimulatedHelper(StreamLeaf leaf, IStreamAnswers answers, double error, int seed, string yes, string no) : IChatClient
{
    private const string ModelId = "gpt-5.4-nano";
    private readonly Random _random = new(seed);

    /// <summary>Gets how often it was asked.</summary>
    public int Calls { get; private set; }

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Calls++;

        // The kept answer stands last in what both are asked, as a JSON string.
        string line = messages.Last().Text.Split('\n')[^1];
        string kept = JsonSerializer.Deserialize<string>(line[line.IndexOf('"', StringComparison.Ordinal)..])!;
        bool isRight = answers.IsAnswerTo(leaf.Class, kept) != (_random.NextDouble() < error);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, isRight ? yes : no))
        {
            FinishReason = ChatFinishReason.Stop,
            ModelId = ModelId,
            Usage = new UsageDetails { InputTokenCount = 250, OutputTokenCount = 1 },
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
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("simulated", null, ModelId) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
