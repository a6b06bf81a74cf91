using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Tokens;

namespace TokenThrift.Evaluation.Replay;

/// <summary>The product as a replay drives it: shipped defaults, one leg.</summary>
internal static class ReplayPipeline
{
    public static IChatClient Build(IChatClient provider, ReceiptBook book, ModelCatalog catalog, string modelId, TimeProvider time)
    {
        var counters = new TokenCounters();
        IChatClient leg = new MeteringChatClient(provider, catalog, counters, time, modelId);
        leg = new PromptCompressingChatClient(leg, new PromptCompressionOptions(), counters);
        return new ReceiptingChatClient(leg, book, null, catalog, counters, time);
    }
}
