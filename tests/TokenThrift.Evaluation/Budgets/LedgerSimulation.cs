using TokenThrift.Budgets;
using TokenThrift.Models;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>
/// A seeded run of many calls over a ledger whose store crashes and whose messages are lost, doubled and reordered. After every
/// step the books must equal a second telling of the rules, and the invariants of docs/budgets.md must hold.
/// </summary>
internal sealed class LedgerSimulation
{
    private const int CallsPerEpoch = 400;
    private static readonly string[] Children = ["task-child-1", "task-child-2"];
    private readonly Random _random;
    private readonly SimulatedClock _clock = new();
    private readonly SimulatedStore _store;
    private readonly IBudgetLedger _ledger;
    private readonly ReferenceLedger _model = new();
    private readonly SimulationReport _report;
    private readonly List<SimulatedCall> _calls = [];
    private readonly List<(string What, string Id, Func<IBudgetLedger, ReferenceLedger, (BudgetOutcome Real, BudgetOutcome Expected)> Run)> _sent = [];
    private readonly List<string> _allocations = [];
    private int _ids;

    public LedgerSimulation(int seed, SimulationReport report, SimulatedStore store, Func<IBudgetLedger, IBudgetLedger> mutate)
    {
        _random = new Random(seed);
        _report = report;
        _store = store;
        _ledger = mutate(new BudgetLedger(store, _clock));
    }

    public void Step()
    {
        _report.Steps++;
        int roll = _random.Next(1000);
        if (roll < 300)
        {
            Start();
        }
        else if (roll < 720 && _calls.Count > 0)
        {
            Progress(_calls[_random.Next(_calls.Count)]);
        }
        else if (roll < 780)
        {
            _clock.Advance(TimeSpan.FromSeconds(_random.Next(90)));
            _report.Say("clock moves");
        }
        else if (roll < 785)
        {
            // A clock can jump, both ways.
            _clock.Advance(TimeSpan.FromMinutes(_random.Next(-300, 600)));
            _report.Say("clock jumps");
        }
        else if (roll < 820)
        {
            Expire();
        }
        else if (roll < 890 && _sent.Count > 0)
        {
            Repeat();
        }
        else if (roll < 900 && _calls.Count > 0)
        {
            // The client dies: nobody will ever end this hold.
            SimulatedCall lost = _calls[_random.Next(_calls.Count)];
            _calls.Remove(lost);
            _report.Say($"client of {lost.Request.Id} dies");
        }
        else if (roll < 910)
        {
            _store.Restart();
            _report.Say("store restarts");
            Compare("I9", "restart");
        }
        else if (roll < 950)
        {
            Correct();
        }
        else if (roll < 985)
        {
            Allocate();
        }
        else if (roll < 990)
        {
            Drain();
        }
        else
        {
            _store.CrashAfterWrites = _random.Next(4);
            _report.Say("store will crash in its next step");
        }
    }

    private static T Now<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();

    private void Start()
    {
        string child = Children[_random.Next(2)];
        string? allocation = _allocations.Count > 0 && _random.Next(3) == 0 ? _allocations[_random.Next(_allocations.Count)] : null;
        var request = new BudgetReservation
        {
            Id = $"h{++_ids}",
            Demands = Demands(child),
            Amounts = Amounts(40),
            Allocation = allocation,
            TimeToLive = TimeSpan.FromMinutes(5),
        };
        if (Reserve(request))
        {
            _calls.Add(new SimulatedCall(request));
            if (_random.Next(10) == 0)
            {
                // The answer got lost, so the client asks again with the same id.
                Reserve(request);
            }
        }
    }

    private bool Reserve(BudgetReservation request)
    {
        bool isRepeat = _model.Holds.ContainsKey(request.Id);
        DateTimeOffset now = _clock.GetUtcNow();
        BudgetDecision decision;
        try
        {
            decision = Now(_ledger.ReserveAsync(request));
        }
        catch (SimulatedCrashException)
        {
            _report.Say($"store crashes while it reserves {request.Id}");
            Compare("I3", "reserve of " + request.Id);
            return false;
        }

        _model.Expire(now);
        bool admits = isRepeat || _model.Admits(request);
        _report.Say($"reserve {request.Id}: {(decision.IsAdmitted ? "admitted" : "refused")}");
        _report.Check(decision.IsAdmitted == admits, decision.IsAdmitted ? "I1" : "I11", $"{request.Id} was {(decision.IsAdmitted ? "admitted" : "refused")} against the rules");
        if (admits && !isRepeat)
        {
            _model.Reserve(request, now, isAllocation: false);
        }

        Compare(isRepeat ? "I7" : admits ? "I4" : "I3", "reserve of " + request.Id);
        if (decision.IsAdmitted && !isRepeat)
        {
            foreach (BudgetDemand demand in request.Demands)
            {
                BudgetBalance balance = Read(demand);
                foreach (Limit limit in demand.Limits)
                {
                    _report.Check(balance.Posted[limit.Meter] + balance.Held[limit.Meter] <= limit.Amount, "I1", $"{demand.Scope} is over {limit} after {request.Id}");
                }
            }
        }

        return decision.IsAdmitted && !isRepeat;
    }

    private void Progress(SimulatedCall call)
    {
        string id = call.Request.Id;
        if (!call.IsSent)
        {
            int roll = _random.Next(10);
            if (roll == 0)
            {
                Do("I4", "void", id, (l, m) => (Now(l.VoidAsync(id)), m.Void(id, false)));
                _calls.Remove(call);
                return;
            }

            BudgetOutcome outcome = Do("I5", "mark", id, (l, m) => (Now(l.MarkSentAsync(id)), m.MarkSent(id)));
            call.IsSent = outcome == BudgetOutcome.Done;
            if (outcome == BudgetOutcome.Conflict)
            {
                // It ran out before it was sent, so it is not sent.
                _calls.Remove(call);
            }

            return;
        }

        switch (_random.Next(12))
        {
            case 0:
                DateTimeOffset until = _clock.GetUtcNow() + TimeSpan.FromMinutes(10);
                Do("I4", "extend", id, (l, m) => (Now(l.ExtendAsync(id, TimeSpan.FromMinutes(10))), m.Extend(id, until)), remember: false);
                return;
            case 1:
                // Somebody tries to give back what may be billed.
                Do("I6", "void sent", id, (l, m) => (Now(l.VoidAsync(id)), m.Void(id, false)));
                return;
            case 2:
                Do("I4", "void unbilled", id, (l, m) => (Now(l.VoidAsync(id, knownUnbilled: true)), m.Void(id, true)));
                break;
            default:
                // The provider's bill: mostly below the hold, at times all of it, at times more than it was allowed.
                BudgetAmounts actual = _random.Next(20) == 0 ? call.Request.Amounts + Amounts(20) : _random.Next(5) == 0 ? call.Request.Amounts : BudgetAmounts.Min(call.Request.Amounts, Amounts(40));
                Do("I5", "settle", id, (l, m) => (Now(l.SettleAsync(id, actual, BudgetEvidence.Reported)), m.Settle(id, actual)));
                break;
        }

        _calls.Remove(call);
    }

    private void Expire()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        var sent = _model.Open.Where(h => h.Phase == BudgetHoldPhase.Sent && h.ExpiresAt <= now).ToDictionary(h => h.Id, h => h.Amounts);
        try
        {
            _ = Now(_ledger.ExpireAsync());
        }
        catch (SimulatedCrashException)
        {
            Compare("I9", "crashed expiry");
            return;
        }

        _report.Say("expire");
        foreach ((string id, BudgetAmounts held) in sent)
        {
            BudgetHold hold = Now(_ledger.FindAsync(id))!;
            _report.Check(hold.Phase == BudgetHoldPhase.Unknown && hold.Charged == held, "I6", $"{id} was sent and left with {hold.Charged.Usd}");
        }

        _model.Expire(now);
        Compare("I4", "expiry");
    }

    private void Repeat()
    {
        // A message arrives again, or late and out of order.
        (string what, string id, Func<IBudgetLedger, ReferenceLedger, (BudgetOutcome, BudgetOutcome)> run) = _sent[_random.Next(Math.Max(0, _sent.Count - 60), _sent.Count)];
        Do("I7", "again: " + what, id, run, remember: false);
    }

    private void Correct()
    {
        if (_model.Ids.Count == 0)
        {
            return;
        }

        string id = _model.Ids[_random.Next(Math.Max(0, _model.Ids.Count - 30), _model.Ids.Count)];
        if (_model.Holds[id].IsAllocation)
        {
            return;
        }

        string correction = $"c{++_ids}";
        BudgetAmounts billed = Amounts(50);
        Do("I10", "correct", id, (l, m) => (Now(l.CorrectAsync(correction, id, billed)), m.Correct(correction, id, billed)));
    }

    private void Allocate()
    {
        if (_allocations.Count > 0 && _random.Next(2) == 0)
        {
            string id = _allocations[_random.Next(_allocations.Count)];
            Do("I4", "return", id, (l, m) => (Now(l.ReturnAsync(id)), m.Return(id)));
            if (_model.Holds[id].Phase == BudgetHoldPhase.Settled)
            {
                _allocations.Remove(id);
            }

            return;
        }

        var request = new BudgetReservation
        {
            Id = $"a{++_ids}",
            Demands = [.. Demands(Children[0]).Skip(1)],
            Amounts = Amounts(80),
            TimeToLive = TimeSpan.FromHours(1),
            Allocation = _allocations.Count > 0 && _random.Next(3) == 0 ? _allocations[_random.Next(_allocations.Count)] : null,
        };
        DateTimeOffset now = _clock.GetUtcNow();
        BudgetDecision decision;
        try
        {
            decision = Now(_ledger.AllocateAsync(request));
        }
        catch (SimulatedCrashException)
        {
            Compare("I3", "crashed allocation");
            return;
        }

        _model.Expire(now);
        bool admits = _model.Admits(request);
        _report.Say($"allocate {request.Id}: {decision.IsAdmitted}");
        _report.Check(decision.IsAdmitted == admits, decision.IsAdmitted ? "I1" : "I11", $"allocation {request.Id} was decided against the rules");
        if (admits)
        {
            _model.Reserve(request, now, isAllocation: true);
            _allocations.Add(request.Id);
        }

        Compare(admits ? "I4" : "I3", "allocation " + request.Id);
    }

    /// <summary>Ends everything: then nothing may be held, and all that is left may be had.</summary>
    private void Drain()
    {
        foreach (string id in _allocations.ToArray())
        {
            Do("I4", "return", id, (l, m) => (Now(l.ReturnAsync(id)), m.Return(id)));
        }

        _allocations.RemoveAll(id => _model.Holds[id].Phase == BudgetHoldPhase.Settled);
        _calls.Clear();
        DateTimeOffset last = _model.Open.Select(h => h.ExpiresAt).DefaultIfEmpty(_clock.GetUtcNow()).Max();
        if (last >= _clock.GetUtcNow())
        {
            _clock.Advance(last - _clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        }

        _store.CrashAfterWrites = -1;
        Expire();
        if (_allocations.Count > 0)
        {
            return;
        }

        List<BudgetDemand> demands = Demands(Children[0]);
        long left = long.MaxValue;
        foreach (BudgetDemand demand in demands)
        {
            BudgetBalance balance = Read(demand);
            _report.Check(balance.Held == default, "I11", $"{demand.Scope} still holds {balance.Held}");
            foreach (Limit limit in demand.Limits.Where(l => l.Meter == BudgetMeter.Usd))
            {
                left = Math.Min(left, limit.Amount - balance.Posted.Usd.Value);
            }
        }

        if (left > 0)
        {
            var probe = new BudgetReservation { Id = $"p{++_ids}", Demands = demands, Amounts = new BudgetAmounts { Usd = new NanoUsd(left) } };
            if (_model.Admits(probe) && Reserve(probe))
            {
                Do("I4", "void", probe.Id, (l, m) => (Now(l.VoidAsync(probe.Id)), m.Void(probe.Id, false)), remember: false);
            }
        }
    }

    private BudgetOutcome Do(string invariant, string what, string id, Func<IBudgetLedger, ReferenceLedger, (BudgetOutcome Real, BudgetOutcome Expected)> run, bool remember = true)
    {
        Dictionary<string, BudgetAmounts> before = Demands(Children[0]).Concat(Demands(Children[1])).DistinctBy(d => d.Entry.Account).ToDictionary(d => d.Entry.Account, d => _model.Sum(d.Entry.Account, long.MinValue).Posted);
        BudgetOutcome real;
        BudgetOutcome expected;
        try
        {
            (real, expected) = run(_ledger, _model);
        }
        catch (SimulatedCrashException)
        {
            _report.Say($"store crashes: {what} {id}");
            Compare("I9", $"crashed {what} of {id}");
            return BudgetOutcome.NotFound;
        }

        _report.Say($"{what} {id}: {real}");
        _report.Check(real == expected, invariant, $"{what} of {id} gave {real} where the rules say {expected}");
        Compare(real == BudgetOutcome.Late ? "I5" : real == BudgetOutcome.Repeated ? "I7" : invariant, $"{what} of {id}");
        if (real is not BudgetOutcome.Late && !what.EndsWith("correct", StringComparison.Ordinal))
        {
            foreach ((string account, BudgetAmounts posted) in before)
            {
                BudgetAmounts after = Now(_ledger.ReadAsync([new BudgetDemand(default, new BudgetEntry(account, 0), long.MinValue, [])]))[0].Posted;
                _report.Check((after - posted).IsNonNegative(), "I10", $"{account} shrank by {what} of {id}");
            }
        }

        if (remember)
        {
            _sent.Add((what, id, run));
        }

        return real;
    }

    private void Compare(string invariant, string after)
    {
        foreach (string child in Children)
        {
            foreach (BudgetDemand demand in Demands(child))
            {
                BudgetBalance real = Now(_ledger.ReadAsync([demand with { From = long.MinValue }]))[0];
                BudgetBalance expected = _model.Sum(demand.Entry.Account, long.MinValue);
                _report.Check(real == expected, invariant, $"after {after} {demand.Entry.Account} stands at {real.Posted.Usd} + {real.Held.Usd} held ({real.Posted.Calls} + {real.Held.Calls} calls), not at {expected.Posted.Usd} + {expected.Held.Usd} held ({expected.Posted.Calls} + {expected.Held.Calls} calls)");
                BudgetBalance window = Read(demand);
                _report.Check(window == _model.Sum(demand.Entry.Account, demand.From), invariant, $"after {after} the window of {demand.Entry.Account} is wrong");
                if (demand.Entry.Bucket == 0)
                {
                    BudgetAmounts overrun = _model.Overrun.GetValueOrDefault(demand.Entry.Account);
                    foreach (Limit limit in demand.Limits)
                    {
                        _report.Check(real.Posted[limit.Meter] + real.Held[limit.Meter] <= limit.Amount + overrun[limit.Meter], "I2", $"{demand.Scope} is over {limit} by more than its published overrun");
                    }
                }
            }
        }
    }

    private BudgetBalance Read(BudgetDemand demand) => Now(_ledger.ReadAsync([demand]))[0];

    private List<BudgetDemand> Demands(string child)
    {
        // New accounts from time to time, or all would be used up for the rest of the run.
        int epoch = _ids / CallsPerEpoch;
        DateTimeOffset now = _clock.GetUtcNow();
        var rolling = BudgetWindow.Rolling(TimeSpan.FromHours(1));
        return
        [
            BudgetDemand.On(new(BudgetScopeKind.Task, $"{child}-{epoch}"), BudgetWindow.Lifetime, [Limit.Usd(0.00015m), Limit.Calls(200)], now),
            BudgetDemand.On(new(BudgetScopeKind.Task, $"task-parent-{epoch}"), BudgetWindow.Lifetime, [Limit.Usd(0.00025m), Limit.Tokens(9_000)], now),
            BudgetDemand.On(new(BudgetScopeKind.Tenant, $"tenant-{epoch}"), BudgetWindow.Day, [Limit.Usd(0.0001m).Per(BudgetWindow.Day)], now),
            BudgetDemand.On(new(BudgetScopeKind.User, $"user-{epoch}"), rolling, [Limit.Usd(0.00005m).Per(rolling), Limit.Calls(30).Per(rolling)], now),
            BudgetDemand.On(new(BudgetScopeKind.Process, $"process-{epoch}"), BudgetWindow.Lifetime, [], now),
        ];
    }

    private BudgetAmounts Amounts(int most) => new()
    {
        Usd = new NanoUsd(_random.Next(most * 100)),
        InputTokens = _random.Next(most),
        OutputTokens = _random.Next(most),
        Calls = 1,
    };

    private sealed class SimulatedCall(BudgetReservation request)
    {
        public BudgetReservation Request => request;

        public bool IsSent { get; set; }
    }
}
