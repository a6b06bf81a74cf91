using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Tokens;

namespace TokenThrift.Replay;

/// <summary>The product as a replay drives it: <c>UseTokenThrift</c> at shipped defaults, one leg.</summary>
internal static class ReplayPipeline
{
    private const decimal PicoPerMicro = 1_000_000m;

    public static IChatClient Build(IChatClient provider, ReceiptBook book, ModelInfo model, TimeProvider time) =>
        provider.AsBuilder().UseTokenThrift(thrift => thrift.Models.Add(new ModelOverride
        {
            Id = model.Id,
            InputUsdPerMillion = model.Prices.Input / PicoPerMicro,
            CachedInputUsdPerMillion = model.Prices.CachedInput / PicoPerMicro,
            CacheWriteUsdPerMillion = model.Prices.CacheWrite / PicoPerMicro,
            OutputUsdPerMillion = model.Prices.Output / PicoPerMicro,
        })).Build(new ServiceCollection()
            .AddSingleton(book)
            .AddSingleton(time)
            .AddSingleton(new TokenCounters())
            .BuildServiceProvider());
}
