using Microsoft.Extensions.AI;
using TokenThrift.Receipts;

namespace TokenThrift.Budgets;

/// <summary>One call between its hold and its settlement.</summary>
internal sealed class GatedCall
{
    private readonly BudgetLease _lease;
    private readonly BudgetOptions _settings;
    private readonly TimeProvider _time;
    private readonly CallSlot _slot;
    private readonly long _started;
    private long _extended;

    public GatedCall(BudgetLease lease, BudgetPlan plan, ChatOptions? options, BudgetOptions settings, TimeProvider time)
    {
        _lease = lease;
        _settings = settings;
        _time = time;
        _started = _extended = time.GetTimestamp();
        _slot = new CallSlot(plan.Model?.Prices.IsKnown == true ? lease.Held.Usd : null);
        Options = CallSlot.Attach(options, _slot);
        IsCut = plan.IsCut || BudgetSettings.IsShrunk.GetOrDefault(options, false);
        if (plan.WriteOutput is { } output)
        {
            Options.MaxOutputTokens = output;
        }
    }

    public ChatOptions Options { get; }

    /// <summary>Gets a value indicating whether an answer that ends at its limit was cut by us.</summary>
    public bool IsCut { get; }

    public bool HasSeen { get; set; }

    public bool IsComplete { get; set; }

    /// <summary>Gets or sets a value indicating whether the provider may go on after the call has returned, and bill for that.</summary>
    public bool MayGoOn { get; set; }

    public ValueTask SendAsync(CancellationToken cancellationToken) => _lease.MarkSentAsync(cancellationToken);

    public ValueTask KeepAliveAsync()
    {
        long now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_extended, now) < _settings.HoldTimeToLive / 2)
        {
            return ValueTask.CompletedTask;
        }

        _extended = now;
        return _lease.ExtendAsync();
    }

    public ValueTask EndAsync()
    {
        CallRecord? record = _slot.Record;
        if (!_slot.WasSent || (!HasSeen && record is { IsUnbilled: true }))
        {
            _slot.Settle(default);
            return _lease.VoidAsync();
        }

        if (record is null || (record.IsEstimated && (MayGoOn || (!IsComplete && !HasSeen)) && _settings.UnknownCharge == UnknownCharge.Held))
        {
            // It was sent, and nothing tells what it used.
            _slot.Settle(_lease.Held.Usd);
            return _lease.SettleAsync(_lease.Held with { Milliseconds = Elapsed() }, BudgetEvidence.WorstCase);
        }

        var actual = new BudgetAmounts
        {
            Usd = record.Cost ?? default,
            InputTokens = record.Usage.Input,
            OutputTokens = record.Usage.Output,
            Calls = 1,
            Milliseconds = Elapsed(),
        };
        _slot.Settle(actual.Usd);
        return _lease.SettleAsync(actual, record.IsEstimated || !IsComplete ? BudgetEvidence.Counted : BudgetEvidence.Reported, record.Cost is null);
    }

    private long Elapsed() => (long)_time.GetElapsedTime(_started).TotalMilliseconds;
}
