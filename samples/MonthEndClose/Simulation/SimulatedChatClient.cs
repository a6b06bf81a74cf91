using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Models;

namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>The client of one simulated model: answers, counts, and bills as a provider with a prompt cache does.</summary>
internal sealed class SimulatedChatClient(SimulatedProvider provider, ModelGrade grade) : IChatClient
{
    private static readonly TimeSpan FirstToken = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan PerToken = TimeSpan.FromMilliseconds(12);
    private readonly ModelInfo _model = provider.Catalog.Find(grade.ModelId) ?? throw new InvalidOperationException($"The catalogue does not know {grade.ModelId}.");
    private readonly ChatClientMetadata _metadata = new("simulated", new Uri("http://localhost"), grade.ModelId);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ChatMessage[] sent = [.. messages];
        IReadOnlyList<string> segments = ProviderTokenizer.Segments(sent, options);
        int input = segments.Sum(provider.Tokenizer.CountSegment);
        int cached = provider.Cache.Serve(grade.ModelId, segments);
        ChatMessage message = SimulatedModel.Answer(sent, options, grade);
        int output = Count(message);
        ChatFinishReason finish = message.Contents.OfType<FunctionCallContent>().Any() ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
        if (options?.MaxOutputTokens is { } limit && output > limit)
        {
            message = new ChatMessage(ChatRole.Assistant, provider.Tokenizer.Cut(message.Text, limit));
            output = limit;
            finish = ChatFinishReason.Length;
        }

        provider.Bill.Add(_model.Prices.ForInput(input), input, cached, output);
        provider.Clock.Advance(FirstToken + (PerToken * output));
        return Task.FromResult(new ChatResponse(message)
        {
            ModelId = grade.ModelId,
            FinishReason = finish,
            Usage = new UsageDetails { InputTokenCount = input, CachedInputTokenCount = cached, OutputTokenCount = output, TotalTokenCount = input + output },
        });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null : serviceType == typeof(ChatClientMetadata) ? _metadata : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private int Count(ChatMessage message) => message.Contents.Sum(x => provider.Tokenizer.Count(ProviderTokenizer.TextOf(x)));
}
