using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Routing;

namespace TokenThrift.Evaluation.Routing;

/// <summary>Makes legs whose models answer with what was recorded.</summary>
internal static class RecordedModels
{
    /// <summary>Makes the legs, the strongest first; what is known beforehand is only who is stronger.</summary>
    public static ModelLeg[] Legs(IReadOnlyList<RoutingRow> rows, string[] weak, string strong, IReadOnlyDictionary<string, ModelPrices>? prices = null)
    {
        var byPrompt = new Dictionary<string, RoutingRow>(StringComparer.Ordinal);
        foreach (RoutingRow row in rows)
        {
            byPrompt[row.Prompt] = row;
        }

        return
        [
            Leg(strong, prices, 20_000_000, byPrompt) with { PriorQuality = 0.9 },
            .. weak.Select(model => Leg(model, prices, 1_000_000, byPrompt) with { PriorQuality = 0.6 }),
        ];
    }

    private static ModelLeg Leg(string model, IReadOnlyDictionary<string, ModelPrices>? prices, long price, IReadOnlyDictionary<string, RoutingRow> rows) =>
        new(new ModelInfo(model) { Prices = prices is null ? new ModelPrices(price, price) : prices[model] }, new RecordedChatClient(model, rows));

    private sealed class RecordedChatClient(string model, IReadOnlyDictionary<string, RoutingRow> rows) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(Answers.Of(rows[messages.Last().Text], model));

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            ChatResponse response = await GetResponseAsync(messages, options, cancellationToken);
            foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
            {
                yield return update;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}

/// <summary>Turns a recorded answer into a response.</summary>
internal static class Answers
{
    public static ChatResponse Of(RoutingRow row, string model) =>
        new(new ChatMessage(ChatRole.Assistant, row.Responses.GetValueOrDefault(model, "."))) { FinishReason = ChatFinishReason.Stop, ModelId = model };
}
