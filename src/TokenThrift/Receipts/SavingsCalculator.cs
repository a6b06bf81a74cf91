using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Receipts;

/// <summary>Works out the five amounts of a request that has ended.</summary>
/// <param name="counters">The token counters.</param>
/// <param name="worlds">The simulated prompt caches, shared by all requests of a book.</param>
internal sealed class SavingsCalculator(TokenCounters counters, SavingsWorlds worlds)
{
    /// <summary>Works out the amounts.</summary>
    /// <param name="prompt">The request as the application sent it.</param>
    /// <param name="calls">The calls that were made for it.</param>
    /// <param name="cache">What the cache did, or <see langword="null"/>.</param>
    /// <param name="reference">The model to measure against, or <see langword="null"/> when none is known.</param>
    /// <param name="answered">Whether the request ended with an answer.</param>
    /// <param name="now">When the request came in.</param>
    /// <returns>The amounts, or <see langword="null"/> when a call was made whose price is not known.</returns>
    public SavingsAmounts? Calculate(
        SentPrompt prompt, IReadOnlyList<CallRecord> calls, CacheRecord? cache, ModelInfo? reference, bool answered, DateTimeOffset now)
    {
        CallRecord[] sent = [.. calls.Where(call => call.Outcome != CallOutcome.Refused)];
        // An embedder that the catalogue does not know, mostly a local one, is in no sum of money and spoils none.
        if (sent.Any(call => call.Cost is null && call.Purpose != CallPurpose.Embedding))
        {
            return null;
        }

        // An audit asks afresh and its answer is the one that is served: where nothing else answered, it stands for the answer.
        CallPurpose answering = sent.Any(call => call.Purpose == CallPurpose.Answer) ? CallPurpose.Answer : CallPurpose.Audit;
        bool hit = cache is { Tier: not CacheTier.None };
        CallRecord[] legs = hit ? [.. sent.Where(call => call.Purpose == CallPurpose.Answer)] : [.. sent.Where(call => call.Purpose == answering)];
        NanoUsd billed = Sum(legs.Select(call => call.Cost!.Value));
        NanoUsd overhead = Sum(sent.Select(call => call.Cost ?? NanoUsd.Zero)) - billed;
        CallRecord? last = legs.LastOrDefault(call => call.Outcome == CallOutcome.Served) ?? legs.LastOrDefault();
        reference ??= last?.Model;
        if (!answered || reference is not { Prices.IsKnown: true } || (last is null && !hit))
        {
            return SavingsAmounts.WithoutClaim(billed, overhead);
        }

        return Simulate(prompt, legs, hit, cache?.SavedUsage, last, reference, billed, now) is var (v0, v1, v2, v3)
            ? new SavingsAmounts(v0, v1, v2, v3, billed, overhead)
            : SavingsAmounts.WithoutClaim(billed, overhead);
    }

    private (NanoUsd V0, NanoUsd V1, NanoUsd V2, NanoUsd V3)? Simulate(
        SentPrompt prompt, CallRecord[] legs, bool hit, TokenUsage? saved, CallRecord? last, ModelInfo reference, NanoUsd billed, DateTimeOffset now)
    {
        ITokenCounter counter = counters.For(reference);
        PromptShape compressed = last?.Sent is { } sent ? sent.ShapeFor(counter) : prompt.ShapeFor(counter);
        PromptShape asSent = last?.Sent?.IsSameAs(prompt) is true ? compressed : prompt.ShapeFor(counter);
        compressed = ReferenceEquals(compressed, asSent) || last?.Sent is null ? compressed : CallIds.Restore(compressed, last.Sent, prompt);
        TokenUsage answer = last?.Usage ?? saved ?? default;
        bool usesCache = SavingsWorlds.UsesPromptCache(reference, answer);
        InputScale scale = Scale(reference, last, compressed);
        if (worlds.AsSent(reference, asSent, scale, answer, usesCache, now) is not { } v0
            || worlds.Compressed(reference, compressed, scale, answer, usesCache, now) is not { } v2)
        {
            return null;
        }

        if (hit)
        {
            // A hit leaves the provider's cache colder than it would have been; that shows as provider cache, not as routing.
            worlds.Warm(reference, asSent, now);
            return (v0, NanoUsd.Zero, NanoUsd.Zero, billed);
        }

        NanoUsd v3 = NanoUsd.Zero;
        foreach (CallRecord leg in legs)
        {
            v3 += leg is { Model: { } model, Sent: { } call, IsUnbilled: false }
                ? worlds.OnLeg(model, call.ShapeFor(counters.For(model)), leg.Usage, now) ?? leg.Cost!.Value
                : leg.Cost!.Value;
        }

        return (v0, v0, v2, v3);
    }

    // At the model that answered, this call's own ratio of reported to counted tokens is known; elsewhere only what was learnt.
    private InputScale Scale(ModelInfo reference, CallRecord? last, PromptShape compressed) =>
        last is { IsEstimated: false, IsUnbilled: false } && last.Model?.Id == reference.Id
            ? InputScale.Of(last.Usage.Input, compressed.Total)
            : InputScale.Of(counters.Calibration.Ratio(reference.Id));

    private static NanoUsd Sum(IEnumerable<NanoUsd> amounts) => amounts.Aggregate(NanoUsd.Zero, static (sum, amount) => sum + amount);
}
