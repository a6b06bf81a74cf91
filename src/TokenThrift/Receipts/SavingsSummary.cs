using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>The sum of many receipts. Immutable.</summary>
public sealed record SavingsSummary
{
    /// <summary>Gets the requests.</summary>
    public long Requests { get; init; }

    /// <summary>Gets the calls that reached a provider.</summary>
    public long Calls { get; init; }

    /// <summary>Gets the requests that a cache answered.</summary>
    public long CacheHits { get; init; }

    /// <summary>Gets the tokens of all calls that reached a provider.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>Gets the estimated cost without TokenThrift (V0).</summary>
    public NanoUsd Baseline { get; init; }

    /// <summary>Gets what was spent.</summary>
    public NanoUsd Spent { get; init; }

    /// <summary>Gets the saving by lever; it adds up to <see cref="Baseline"/> less <see cref="Spent"/> exactly.</summary>
    public SavingsByLever Savings { get; init; }

    /// <summary>Gets the calls whose usage the provider did not report, so that it was counted.</summary>
    public long EstimatedCalls { get; init; }

    /// <summary>Gets the requests whose cost is not in the sums because a price is not known.</summary>
    public long UnpricedRequests { get; init; }

    /// <summary>Returns one line for people: spent, saved, by lever.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"{Requests} requests, {Calls} calls, {CacheHits} cache hits; spent {Spent}, saved {Savings.Total} of {Baseline} (cache {Savings.Cache}, compression {Savings.Compression}, routing {Savings.Routing}, provider cache {Savings.ProviderCache}, overhead {Savings.Overhead})");
}
