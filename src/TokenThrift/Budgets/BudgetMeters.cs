using System.Diagnostics.Metrics;
using TokenThrift.Receipts;

namespace TokenThrift.Budgets;

/// <summary>The instruments of budgets on the meter <c>TokenThrift</c>. No ids go into tags, so their number is small.</summary>
internal sealed class BudgetMeters
{
    private readonly Counter<long> _posted;
    private readonly UpDownCounter<long> _held;
    private readonly Counter<long> _overrun;
    private readonly Counter<long> _refused;

    public BudgetMeters(IMeterFactory? factory)
    {
#pragma warning disable CA2000 // A meter of its own lives as long as the process's budgets do.
        Meter meter = factory?.Create(ThriftTelemetry.Name) ?? new Meter(ThriftTelemetry.Name);
#pragma warning restore CA2000
        _posted = meter.CreateCounter<long>("tokenthrift.budget.posted", "{nUSD}", "What was posted to the budget ledger, in billionths of a US dollar.");
        _held = meter.CreateUpDownCounter<long>("tokenthrift.budget.held", "{nUSD}", "What is held for calls under way, in billionths of a US dollar.");
        _overrun = meter.CreateCounter<long>("tokenthrift.budget.overrun", "{nUSD}", "What calls cost beyond what was held for them, in billionths of a US dollar.");
        _refused = meter.CreateCounter<long>("tokenthrift.budget.refused", "{call}", "Calls that a limit refused, by kind of scope and meter.");
    }

    public void Held(BudgetAmounts held) => _held.Add(held.Usd.Value);

    public void Ended(BudgetAmounts held, BudgetAmounts charged)
    {
        _held.Add(-held.Usd.Value);
        _posted.Add(charged.Usd.Value);
        if (charged.Usd > held.Usd)
        {
            _overrun.Add((charged.Usd - held.Usd).Value);
        }
    }

    public void Refused(BudgetState? state) => _refused.Add(
        1,
        new KeyValuePair<string, object?>("scope", state?.Scope.Kind.ToString().ToLowerInvariant()),
        new KeyValuePair<string, object?>("meter", state?.Limit.Meter.ToString().ToLowerInvariant()));
}
