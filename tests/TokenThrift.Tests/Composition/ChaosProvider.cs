using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace TokenThrift.Tests.Composition;

/// <summary>A provider on a bad day: answers with usage or without, refuses, breaks off, hangs up before the first token, drawn from a seed.</summary>
internal sealed class ChaosProvider(string modelId, int seed) : IChatClient
{
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();
    private readonly ChatClientMetadata _metadata = new("chaos", null, modelId);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        (int fault, int words) = Draw();
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        ThrowFor(fault);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, string.Join(' ', Enumerable.Repeat("word", words))))
        {
            ModelId = modelId,
            FinishReason = ChatFinishReason.Stop,
            Usage = fault == 1 ? null : new UsageDetails { InputTokenCount = 30 + words, CachedInputTokenCount = words, OutputTokenCount = words + 1, ReasoningTokenCount = 1 },
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (int fault, int words) = Draw();
        await Task.Yield();
        ThrowFor(fault);
        for (int i = 0; i < words; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (fault == 6 && i == words / 2)
            {
                throw new HttpRequestException("The connection was cut.");
            }

            yield return new ChatResponseUpdate(ChatRole.Assistant, "word ") { ModelId = modelId };
            await Task.Yield();
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Stop, ModelId = modelId };
        if (fault != 1)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 30 + words, OutputTokenCount = words + 1 })]);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType == typeof(ChatClientMetadata) ? _metadata : null;

    public void Dispose()
    {
    }

    private static void ThrowFor(int fault)
    {
        switch (fault)
        {
            case 2: throw new HttpRequestException("slow down", null, HttpStatusCode.TooManyRequests);
            case 3: throw new HttpRequestException("broken", null, HttpStatusCode.InternalServerError);
            case 4: throw new TimeoutException("too slow");
            case 5: throw new HttpRequestException(HttpRequestError.ConnectionError);
        }
    }

    // Of twenty calls, twelve go well.
    private (int Fault, int Words) Draw()
    {
        lock (_lock)
        {
            return (Math.Max(0, _random.Next(20) - 12), _random.Next(1, 12));
        }
    }
}
