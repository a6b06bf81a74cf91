using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Tokens;

namespace TokenThrift.Replay;

/// <summary>The product as a replay drives it: <c>UseTokenThrift</c> at shipped defaults, one leg.</summary>
internal static class ReplayPipeline
{
    public static IChatClient Build(IChatClient provider, ReceiptBook book, ModelCatalog catalog, TimeProvider time) =>
        provider.AsBuilder().UseTokenThrift().Build(new ServiceCollection()
            .AddSingleton(book)
            .AddSingleton(catalog)
            .AddSingleton(time)
            .AddSingleton(new TokenCounters())
            .BuildServiceProvider());
}
