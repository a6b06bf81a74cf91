using System.Diagnostics;
using System.Diagnostics.Metrics;
using TokenThrift.Receipts;

namespace TokenThrift.Caching;

/// <summary>The cache's instruments on the meter <c>TokenThrift</c>. Safe for concurrent use.</summary>
internal sealed class CacheMeters : IDisposable
{
    private readonly Meter _meter;
    private readonly bool _ownsMeter;
    private readonly Counter<long> _outcomes;
    private readonly Counter<long> _notStored;
    private readonly Counter<long> _audits;
    private readonly Counter<long> _verdicts;
    private readonly Counter<long> _reportedWrong;
    private readonly Counter<long> _recalled;
    private readonly Counter<long> _faults;

    public CacheMeters(IMeterFactory? factory = null)
    {
        _ownsMeter = factory is null;
        _meter = factory?.Create(ThriftTelemetry.Name) ?? new Meter(ThriftTelemetry.Name);
        _outcomes = _meter.CreateCounter<long>("tokenthrift.cache.requests", "{request}", "Requests by where the answer came from and why.");
        _notStored = _meter.CreateCounter<long>("tokenthrift.cache.not_stored", "{answer}", "Answers that were not kept, by reason.");
        _audits = _meter.CreateCounter<long>("tokenthrift.cache.audits", "{request}", "Would-be semantic hits that were asked afresh, by what the comparer said.");
        _verdicts = _meter.CreateCounter<long>("tokenthrift.cache.verifications", "{request}", "Doubtful candidates that were for the verifier, by what came of it.");
        _reportedWrong = _meter.CreateCounter<long>("tokenthrift.cache.reported_wrong", "{hit}", "Hits that were reported as wrong.");
        _recalled = _meter.CreateCounter<long>("tokenthrift.cache.recalled", "{lesson}", "What was learnt before a restart, or by other processes, and was taken in from the shared store.");
        _faults = _meter.CreateCounter<long>("tokenthrift.cache.faults", "{fault}", "Faults of the cache itself that were stepped over, by where.");
    }

    public void Outcome(CacheTier tier, string reason)
    {
        if (_outcomes.Enabled)
        {
            _outcomes.Add(1, new TagList { { "tokenthrift.cache.tier", TagNames.Of(tier) }, { "tokenthrift.cache.reason", reason } });
        }
    }

    public void NotStored(string reason) => _notStored.Add(1, new KeyValuePair<string, object?>("tokenthrift.cache.reason", reason));

    public void Audit(string verdict) => _audits.Add(1, new KeyValuePair<string, object?>("tokenthrift.cache.verdict", verdict));

    public void Verdict(string verdict) => _verdicts.Add(1, new KeyValuePair<string, object?>("tokenthrift.cache.verdict", verdict));

    public void ReportedWrong(CacheTier tier) => _reportedWrong.Add(1, new KeyValuePair<string, object?>("tokenthrift.cache.tier", TagNames.Of(tier)));

    public void Recalled(int lessons) => _recalled.Add(lessons);

    public void Fault(string where) => _faults.Add(1, new KeyValuePair<string, object?>("tokenthrift.cache.where", where));

    public void Dispose()
    {
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }
}
