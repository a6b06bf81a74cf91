using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>Seeded calls over a ledger that goes out of reach and comes back between any two of their operations, with a local lease.</summary>
internal sealed class OutageSimulation
{
    private const decimal LimitUsd = 0.000002m;
    private const decimal LeaseUsd = 0.0000005m;
    private const int MostOpen = 5;
    private static readonly long Bound = NanoUsd.FromUsd(LimitUsd + LeaseUsd).Value;
    private readonly Random _random;
    private readonly SimulationReport _report;
    private readonly SimulatedClock _clock = new();
    private readonly Outages _ledger;
    private readonly List<BudgetLease> _open = [];
    private BudgetService _budgets;
    private RequestIdentity _who = new() { Tenant = "t0" };
    private long _bill;
    private int _epoch;

    public OutageSimulation(int seed, SimulationReport report, Func<IBudgetLedger, IBudgetLedger> mutate)
    {
        _random = new Random(seed);
        _report = report;
        _ledger = new Outages(mutate(new BudgetLedger(new MemoryBudgetStore(), _clock)));
        _budgets = NewProcess();
    }

    public async Task StepAsync()
    {
        _report.Steps++;
        if (_random.Next(8) == 0)
        {
            _ledger.IsOut = !_ledger.IsOut;
            _report.Say(_ledger.IsOut ? "the ledger goes" : "the ledger is back");
        }

        _clock.Advance(TimeSpan.FromSeconds(_random.Next(100) == 0 ? 700 : _random.Next(4)));
        if (_random.Next(40) == 0)
        {
            await ReconcileAsync();
        }
        else if (_open.Count < MostOpen && _random.Next(2) == 0)
        {
            await BeginAsync();
        }
        else if (_open.Count > 0)
        {
            await EndAsync(_open[_random.Next(_open.Count)]);
        }

        _report.Check(_bill <= Bound, "I2", $"{_bill} was billed, which is beyond the limit and the lease together ({Bound})");
    }

    private BudgetService NewProcess()
    {
        var options = new BudgetOptions { HoldWait = TimeSpan.Zero, LocalLeaseUsd = LeaseUsd };
        options.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.Tenant, Usd = LimitUsd });
        return new BudgetService(options, _ledger, _clock);
    }

    private async Task BeginAsync()
    {
        var request = new BudgetRequest { Identity = _who, WorstCase = new BudgetAmounts { Usd = new NanoUsd(_random.Next(1, 200)), Calls = 1 } };
        BudgetLease? lease = null;
        try
        {
            lease = await _budgets.HoldAsync(request);
            _ledger.IsOut ^= _random.Next(10) == 0;
            await lease.MarkSentAsync();
            _open.Add(lease);
            _report.Say($"a call that holds {lease.Held.Usd.Value}{(_ledger.IsOut ? " while the ledger is out" : string.Empty)}");
        }
        catch (BudgetExceededException e)
        {
            await (lease?.VoidAsync() ?? default);
            _report.Say($"refused: {e.Refusal}");
        }
    }

    private async Task EndAsync(BudgetLease lease)
    {
        _open.Remove(lease);
        if (_random.Next(8) == 0)
        {
            await lease.VoidAsync();
            _report.Say("a call that is free");
            return;
        }

        long cost = _random.NextInt64(lease.Held.Usd.Value + 1);
        _bill += cost;
        await lease.SettleAsync(new BudgetAmounts { Usd = new NanoUsd(cost), Calls = 1 }, BudgetEvidence.Reported);
        _report.Say($"a call that cost {cost}{(_ledger.IsOut ? " while the ledger is out" : string.Empty)}");
    }

    /// <summary>Ends everything with the ledger in reach: then its books and the bill are the same.</summary>
    private async Task ReconcileAsync()
    {
        while (_open.Count > 0)
        {
            await EndAsync(_open[0]);
        }

        _ledger.IsOut = false;
        _clock.Advance(TimeSpan.FromMinutes(11));

        // Any call under a limit tells the ledger what it missed.
        await _budgets.ReadAsync(new BudgetRequest { Identity = _who });
        await _ledger.ExpireAsync();
        BudgetDemand account = BudgetDemand.On(new BudgetScope(BudgetScopeKind.Tenant, _who.Tenant!), BudgetWindow.Lifetime, [], default);
        BudgetBalance books = (await _ledger.ReadAsync([account]))[0];
        _report.Check(books.Posted.Usd.Value == _bill, "I5", $"the books say {books.Posted.Usd.Value} after the outage, the bill says {_bill}");
        _report.Check(books.Held == default, "I11", $"{books.Held.Usd.Value} is held after the outage");
        _report.Say("books and bill are compared");
        if (_bill >= NanoUsd.FromUsd(LimitUsd).Value - 200)
        {
            _bill = 0;
            _who = new RequestIdentity { Tenant = $"t{++_epoch}" };
            _budgets = NewProcess();
        }
    }

    private sealed class Outages(IBudgetLedger inner) : LedgerDecorator(inner)
    {
        public bool IsOut { get; set; }

        public override ValueTask<BudgetDecision> ReserveAsync(BudgetReservation reservation, CancellationToken cancellationToken = default) =>
            IsOut ? throw new IOException() : Inner.ReserveAsync(reservation, cancellationToken);

        public override ValueTask<BudgetOutcome> MarkSentAsync(string holdId, CancellationToken cancellationToken = default) =>
            IsOut ? throw new IOException() : Inner.MarkSentAsync(holdId, cancellationToken);

        public override ValueTask<BudgetOutcome> SettleAsync(string holdId, BudgetAmounts actual, BudgetEvidence evidence, CancellationToken cancellationToken = default) =>
            IsOut ? throw new IOException() : Inner.SettleAsync(holdId, actual, evidence, cancellationToken);

        public override ValueTask<BudgetOutcome> VoidAsync(string holdId, bool knownUnbilled = false, CancellationToken cancellationToken = default) =>
            IsOut ? throw new IOException() : Inner.VoidAsync(holdId, knownUnbilled, cancellationToken);

        public override ValueTask<IReadOnlyList<BudgetBalance>> ReadAsync(IReadOnlyList<BudgetDemand> demands, CancellationToken cancellationToken = default) =>
            IsOut ? throw new IOException() : Inner.ReadAsync(demands, cancellationToken);
    }
}
