using System.Numerics;

namespace TokenThrift.Receipts;

/// <summary>The calls of many receipts, in buckets that tell where each could have gone instead. Not safe for concurrent use.</summary>
internal sealed class TrafficTable
{
    private const int MostTasks = 1000;
    private readonly Dictionary<TrafficKey, TrafficBucket> _buckets = [];
    private readonly Dictionary<(DateOnly Day, string Vendor), long> _days = [];
    private readonly Dictionary<(string Task, string Model), (long Accepted, long Judged)> _quality = [];
    private readonly HashSet<string> _tasks = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<TrafficKey, TrafficBucket> Buckets => _buckets;

    /// <summary>Gets what was spent by day and vendor, in nano-dollars.</summary>
    public IReadOnlyDictionary<(DateOnly Day, string Vendor), long> Days => _days;

    /// <summary>Gets how often policy left a model out or refused a call.</summary>
    public long ViolationsPrevented { get; private set; }

    public void Add(ThriftReceipt receipt, string task)
    {
        string bounded = _tasks.Contains(task) || (_tasks.Count < MostTasks && _tasks.Add(task)) ? task : GroupTable.Others;
        bool isPriced = SummaryBuilder.IsPriced(receipt);
        var day = DateOnly.FromDateTime(receipt.StartedAt.UtcDateTime);
        foreach (CallRecord call in receipt.Calls)
        {
            if (call.Outcome == CallOutcome.Refused)
            {
                ViolationsPrevented += IsPolicy(call.Reason) ? 1 : 0;
                continue;
            }

            string id = call.Model?.Id ?? call.ModelId ?? "unknown";
            var key = new TrafficKey(id, call.Model, call.Needs, SizeClass(call.Usage), bounded);
            if (!_buckets.TryGetValue(key, out TrafficBucket? bucket))
            {
                _buckets[key] = bucket = new TrafficBucket();
            }

            bucket.Add(call, isPriced && call.Cost is not null);
            if (isPriced && call.Cost is { } cost)
            {
                (DateOnly, string) at = (day, call.Model?.Vendor ?? "unknown");
                _days[at] = _days.GetValueOrDefault(at) + cost.Value;
            }
        }

        if (receipt.Routing is { } routing)
        {
            ViolationsPrevented += routing.Excluded.Values.Count(IsPolicy);
            foreach (RoutingAttempt attempt in routing.Attempts)
            {
                Judge(bounded, attempt);
            }
        }
    }

    /// <summary>The share of a model's judged answers to a task that were accepted, and how many were judged.</summary>
    public (double Acceptance, long Judged) Quality(string task, string model)
    {
        (long accepted, long judged) = _quality.GetValueOrDefault((task, model));
        return (judged == 0 ? 0 : (double)accepted / judged, judged);
    }

    // Sizes within a factor of two share a bucket, so that a long call cannot hide among short ones.
    private static int SizeClass(TokenUsage usage) => BitOperations.Log2((ulong)Math.Max(1, usage.Input + usage.Output));

    private static bool IsPolicy(string? reason) => reason is not null && reason.Contains("policy", StringComparison.OrdinalIgnoreCase);

    // An answer that nobody judged says nothing of quality.
    private void Judge(string task, RoutingAttempt attempt)
    {
        if (attempt is { Score: not null, Outcome: CallOutcome.Served or CallOutcome.Rejected })
        {
            (long accepted, long judged) = _quality.GetValueOrDefault((task, attempt.ModelId));
            _quality[(task, attempt.ModelId)] = (accepted + (attempt.Outcome == CallOutcome.Served ? 1 : 0), judged + 1);
        }
    }
}
