using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Samples.MonthEndClose.Simulation;

namespace TokenThrift.Samples.MonthEndClose.Live;

/// <summary>Adds up what a real provider reports, right above its client, apart from every receipt of TokenThrift.</summary>
/// <param name="innerClient">The provider's client.</param>
/// <param name="bill">The bill.</param>
/// <param name="prices">The prices, or <see langword="null"/> where they are not known; tokens are then counted without money.</param>
internal sealed class BilledChatClient(IChatClient innerClient, ProviderBill bill, ModelPrices? prices) : DelegatingChatClient(innerClient)
{
    private static readonly ModelPrices NoPrices = new(0, 0);

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatResponse response = await base.GetResponseAsync(messages, options, cancellationToken);
        Add(response.Usage);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        UsageDetails? usage = null;
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            usage = update.Contents.OfType<UsageContent>().LastOrDefault()?.Details ?? usage;
            yield return update;
        }

        Add(usage);
    }

    private void Add(UsageDetails? usage)
    {
        long input = usage?.InputTokenCount ?? 0;
        bill.Add(prices?.ForInput(input) ?? NoPrices, input, usage?.CachedInputTokenCount ?? 0, usage?.OutputTokenCount ?? 0);
    }
}
