using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>
/// The worlds that a request is priced in: as it was sent, after compression, and on the legs really used. Each has a
/// simulated provider prompt cache of its own, because what is cached depends on what was sent before in that world.
/// </summary>
internal sealed class SavingsWorlds
{
    private readonly PromptCacheSimulator _asSent = new();
    private readonly PromptCacheSimulator _compressed = new();
    private readonly PromptCacheSimulator _legs = new();

    /// <summary>Prices the request as it was sent, at the reference model.</summary>
    public NanoUsd? AsSent(ModelInfo reference, PromptShape shape, InputScale scale, TokenUsage answered, bool usesPromptCache, DateTimeOffset now) =>
        At(_asSent, reference, shape, scale, answered, usesPromptCache, now);

    /// <summary>Prices the compressed request, at the reference model.</summary>
    public NanoUsd? Compressed(ModelInfo reference, PromptShape shape, InputScale scale, TokenUsage answered, bool usesPromptCache, DateTimeOffset now) =>
        At(_compressed, reference, shape, scale, answered, usesPromptCache, now);

    /// <summary>Prices one call on the leg that really made it.</summary>
    public NanoUsd? OnLeg(ModelInfo model, PromptShape shape, TokenUsage used, DateTimeOffset now) =>
        At(_legs, model, shape, InputScale.Of(used.Input, shape.Total), used, UsesPromptCache(model, used), now);

    /// <summary>Sends a prompt in the worlds below the cache, as if it had not been a hit.</summary>
    public void Warm(ModelInfo reference, PromptShape shape, DateTimeOffset now)
    {
        _ = _compressed.Send(reference, shape, now);
        _ = _legs.Send(reference, shape, now);
    }

    /// <summary>
    /// Says whether a call can use the vendor's prompt cache. Where the caller must mark the prefix, only the reported
    /// usage tells whether the application does.
    /// </summary>
    public static bool UsesPromptCache(ModelInfo model, TokenUsage used) => !model.PromptCache.NeedsBreakpoints || used.CachedInput + used.CacheWrite > 0;

    private static NanoUsd? At(
        PromptCacheSimulator simulator, ModelInfo model, PromptShape shape, InputScale scale, TokenUsage answered, bool usesPromptCache, DateTimeOffset now)
    {
        long input = scale.Apply(shape.Total);
        long cached = usesPromptCache ? scale.Apply(simulator.Send(model, shape, now)) : 0;
        var usage = new TokenUsage(input, answered.Output) { Reasoning = answered.Reasoning };
        return UsageCost.Of(PromptCacheUse.Divide(model, usage, cached, usesPromptCache), model.Prices);
    }
}
