using System.Diagnostics;
using System.Diagnostics.Metrics;
using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>The instruments of the meter <c>TokenThrift</c>, fed by receipts. Safe for concurrent use.</summary>
/// <remarks>
/// Token usage by the OpenTelemetry conventions (<c>gen_ai.client.token.usage</c>) comes from the application's own
/// <c>UseOpenTelemetry</c> and is never emitted a second time here. All names, units and tags stand in docs/telemetry.md.
/// </remarks>
public sealed class ThriftMeters : IDisposable
{
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300] };
    private static readonly InstrumentAdvice<double> Ratios = new() { HistogramBucketBoundaries = [0.5, 0.67, 0.8, 0.9, 0.95, 0.98, 1, 1.02, 1.05, 1.1, 1.25, 1.5, 2] };
    private static readonly InstrumentAdvice<double> Probabilities = new() { HistogramBucketBoundaries = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5] };
    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _callDuration;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _unmeasured;
    private readonly Counter<long> _unpriced;
    private readonly Counter<long> _spent;
    private readonly Counter<long> _baseline;
    private readonly UpDownCounter<long> _saved;
    private readonly Counter<long> _removed;
    private readonly Histogram<double> _estimateRatio;
    private readonly Histogram<double> _estimatedError;
    private readonly bool _ownsMeter;

    /// <summary>Initializes a new instance of the <see cref="ThriftMeters"/> class.</summary>
    /// <param name="factory">Makes the meter; <see langword="null"/> for a meter of its own.</param>
    public ThriftMeters(IMeterFactory? factory = null)
    {
        _ownsMeter = factory is null;
        _meter = factory?.Create(ThriftTelemetry.Name) ?? new Meter(ThriftTelemetry.Name);
        _requests = _meter.CreateCounter<long>("tokenthrift.requests", "{request}", "Requests that ended.");
        _duration = _meter.CreateHistogram<double>("tokenthrift.request.duration", "s", "How long a request took, to the end of its stream.", advice: Seconds);
        _calls = _meter.CreateCounter<long>("tokenthrift.calls", "{call}", "Calls to providers, refused ones included.");
        _callDuration = _meter.CreateHistogram<double>("tokenthrift.call.duration", "s", "How long a call to a provider took.", advice: Seconds);
        _tokens = _meter.CreateCounter<long>("tokenthrift.tokens", "{token}", "Tokens of calls to providers, each token under one kind.");
        _unmeasured = _meter.CreateCounter<long>("tokenthrift.calls.unmeasured", "{call}", "Calls whose usage the provider did not report, so that it was counted.");
        _unpriced = _meter.CreateCounter<long>("tokenthrift.requests.unpriced", "{request}", "Requests that are in no sum of money because a price is not known.");
        _spent = _meter.CreateCounter<long>("tokenthrift.spent", "{nUSD}", "What was spent, in billionths of a US dollar.");
        _baseline = _meter.CreateCounter<long>("tokenthrift.baseline", "{nUSD}", "The estimated cost without TokenThrift, in billionths of a US dollar.");
        _saved = _meter.CreateUpDownCounter<long>("tokenthrift.saved", "{nUSD}", "What each lever saved (negative: cost), in billionths of a US dollar.");
        _removed = _meter.CreateCounter<long>("tokenthrift.compression.removed", "{token}", "Input tokens that compression kept from the provider.");
        _estimateRatio = _meter.CreateHistogram<double>("tokenthrift.estimate.ratio", "1", "Reported input tokens over counted ones.", advice: Ratios);
        _estimatedError = _meter.CreateHistogram<double>("tokenthrift.cache.estimated_error", "1", "The estimated probability that a served cache hit is wrong.", advice: Probabilities);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }

    internal void Record(ThriftReceipt receipt)
    {
        string tier = TagNames.Of(receipt.Cache?.Tier ?? CacheTier.None);
        var request = new TagList { { "tokenthrift.outcome", OutcomeOf(receipt) }, { "tokenthrift.cache.tier", tier } };
        _requests.Add(1, request);
        _duration.Record(receipt.Duration.TotalSeconds, request);
        foreach (CallRecord call in receipt.Calls)
        {
            Record(call);
        }

        foreach (CompressionRecord compression in receipt.Compressions)
        {
            _removed.Add(Math.Max(0, compression.TokensBefore - compression.TokensAfter));
        }

        if (receipt.Cache is { Tier: not CacheTier.None, EstimatedError: { } error })
        {
            _estimatedError.Record(error, new TagList { { "tokenthrift.cache.tier", tier } });
        }

        if (receipt is not { Baseline: { } baseline, Spent: { } spent, Savings: { } savings })
        {
            _unpriced.Add(1);
            return;
        }

        _baseline.Add(baseline.Value);
        _spent.Add(spent.Value);
        Saved("cache", savings.Cache);
        Saved("compression", savings.Compression);
        Saved("routing", savings.Routing);
        Saved("provider_cache", savings.ProviderCache);
        Saved("overhead", savings.Overhead);
    }

    private static string OutcomeOf(ThriftReceipt receipt) => receipt switch
    {
        { Error: null } => "answered",
        _ when receipt.Calls.Any(call => call.Outcome == CallOutcome.Refused) && receipt.Calls.All(call => call.Outcome == CallOutcome.Refused || !call.CanAnswer) => "refused",
        _ when receipt.Error is nameof(OperationCanceledException) or nameof(TaskCanceledException) => "cancelled",
        _ => "failed",
    };

    private void Record(CallRecord call)
    {
        var tags = new TagList
        {
            { "gen_ai.request.model", call.ModelId },
            { "gen_ai.response.model", call.ServedModelId },
            { "tokenthrift.vendor", call.Model?.Vendor ?? "unknown" },
            { "tokenthrift.jurisdiction", call.Model?.Jurisdiction ?? "unknown" },
            { "tokenthrift.call.purpose", TagNames.Of(call.Purpose) },
            { "tokenthrift.call.outcome", TagNames.Of(call.Outcome) },
        };
        _calls.Add(1, tags);
        if (call.Outcome == CallOutcome.Refused)
        {
            return;
        }

        _callDuration.Record(call.Duration.TotalSeconds, tags);
        TokenUsage usage = call.Usage;
        Tokens(call, "input", usage.Input - usage.CachedInput - usage.CacheWrite);
        Tokens(call, "cached_input", usage.CachedInput);
        Tokens(call, "cache_write", usage.CacheWrite);
        Tokens(call, "output", usage.Output - usage.Reasoning);
        Tokens(call, "reasoning", usage.Reasoning);
        if (call.IsEstimated)
        {
            _unmeasured.Add(1, tags);
        }
        else if (call.CountedInputTokens > 0 && usage.Input > 0)
        {
            _estimateRatio.Record((double)usage.Input / call.CountedInputTokens, new TagList { { "gen_ai.request.model", call.ModelId } });
        }
    }

    private void Tokens(CallRecord call, string kind, long count)
    {
        if (count > 0)
        {
            _tokens.Add(count, new TagList
            {
                { "tokenthrift.token.kind", kind },
                { "gen_ai.request.model", call.ModelId },
                { "tokenthrift.estimated", call.IsEstimated },
            });
        }
    }

    private void Saved(string lever, NanoUsd amount)
    {
        if (amount.Value != 0)
        {
            _saved.Add(amount.Value, new TagList { { "tokenthrift.lever", lever } });
        }
    }
}
