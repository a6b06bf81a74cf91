using System.Globalization;
using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>Takes receipts one at a time and makes the report of all of them. Not safe for concurrent use.</summary>
internal sealed class SavingsReportBuilder(SavingsReportOptions options)
{
    private readonly SummaryBuilder _total = new();
    private readonly GroupTable _tasks = new();
    private readonly GroupTable _tenants = new();
    private readonly GroupTable _days = new();
    private readonly CostSeries _series = new();
    private readonly Dictionary<(string Tier, string Reason), (long Requests, double Errors)> _cache = [];
    private readonly Dictionary<(string Requested, string Served), SummaryBuilder> _flows = [];
    private readonly TrafficTable _traffic = new();
    private readonly PriorityQueue<ThriftReceipt, long> _dearest = new();
    private DateTimeOffset? _from;
    private DateTimeOffset? _to;
    private long _failed;
    private long _audits;
    private CacheAuditSum _cacheAudits = new(0, 0, 0);
    private long _before;
    private long _after;

    public void Add(ThriftReceipt receipt)
    {
        _total.Add(receipt);
        string task = TaskNames.Of(receipt);
        _tasks.Add(task, receipt);
        _tenants.Add(receipt.Identity.Tenant ?? "(no tenant)", receipt);
        _days.Add(receipt.StartedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), receipt);
        _from = _from is { } from && from <= receipt.StartedAt ? from : receipt.StartedAt;
        _to = _to is { } to && to >= receipt.StartedAt ? to : receipt.StartedAt;
        _failed += receipt.Error is null ? 0 : 1;
        _series.Add(receipt, receipt.Calls.Where(call => call.Outcome != CallOutcome.Refused).Sum(call => call.Usage.Input + call.Usage.Output));
        _audits += receipt.Calls.Count(call => call.Purpose == CallPurpose.Audit);
        foreach (CompressionRecord compression in receipt.Compressions)
        {
            _before += compression.TokensBefore;
            _after += compression.TokensAfter;
        }

        AddCache(receipt.Cache);
        AddFlow(receipt);
        _traffic.Add(receipt, task);
        Keep(receipt);
    }

    public SavingsReport Build() => new()
    {
        Title = options.Title,
        From = _from,
        To = _to,
        Total = _total.ToSummary(),
        FailedRequests = _failed,
        Series = _series.ToPoints(),
        Tasks = _tasks.ToGroups(options.MaxRows),
        Tenants = _tenants.ToGroups(options.MaxRows),
        Days = _days.ByName(),
        CacheOutcomes = [.. _cache.Select(o => new CacheOutcome(o.Key.Tier, o.Key.Reason, o.Value.Requests, o.Value.Errors)).OrderByDescending(o => o.Requests).ThenBy(o => o.Reason, StringComparer.Ordinal)],
        CacheAudits = _cacheAudits,
        Audits = _audits,
        TokensBeforeCompression = _before,
        TokensAfterCompression = _after,
        Flows = [.. _flows.Select(f => Flow(f.Key, f.Value.ToSummary())).OrderByDescending(f => f.Requests).ThenBy(f => f.Served, StringComparer.Ordinal)],
        Exposure = new ExposureAnalysis(_traffic, options).Report(),
        Prices = new PriceAnalysis(_traffic, options, _to).Report(),
        Dearest = [.. _dearest.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)],
    };

    private static RoutingFlow Flow((string Requested, string Served) key, SavingsSummary sum) => new(key.Requested, key.Served, sum.Requests, sum);

    private void AddCache(CacheRecord? cache)
    {
        if (cache is not null)
        {
            _cacheAudits = cache.Audit is { } verdict ? _cacheAudits.Plus(verdict) : _cacheAudits;
            (string, string) key = (TagNames.Of(cache.Tier), cache.Reason ?? "unknown");
            (long requests, double errors) = _cache.GetValueOrDefault(key);
            _cache[key] = (requests + 1, errors + (cache.Tier == CacheTier.None ? 0 : cache.EstimatedError ?? 0));
        }
    }

    private void AddFlow(ThriftReceipt receipt)
    {
        string requested = receipt.Routing?.RequestedModelId ?? receipt.ReferenceModelId ?? "unknown";
        CallRecord? served = receipt.Calls.LastOrDefault(call => call is { Outcome: CallOutcome.Served, Purpose: CallPurpose.Answer or CallPurpose.Audit });
        string to = receipt.Cache is { Tier: not CacheTier.None } ? "(cache)" : served is null ? "(none)" : served.Model?.Id ?? served.ModelId ?? "unknown";
        if (!_flows.TryGetValue((requested, to), out SummaryBuilder? sum))
        {
            _flows[(requested, to)] = sum = new SummaryBuilder();
        }

        sum.Add(receipt);
    }

    private void Keep(ThriftReceipt receipt)
    {
        if (options.MaxReceipts > 0)
        {
            _dearest.Enqueue(receipt with { Content = null }, receipt.Spent?.Value ?? 0);
            if (_dearest.Count > options.MaxReceipts)
            {
                _dearest.Dequeue();
            }
        }
    }
}
