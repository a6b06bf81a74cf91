using TokenThrift.Budgets;
using TokenThrift.Models;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>Ledgers that are wrong on purpose, one fault each. A simulation that misses one of them proves nothing.</summary>
internal static class LedgerMutants
{
    /// <summary>A fault: the invariant that it breaks, what it does, and how it gets in.</summary>
    internal sealed record Mutant(string Invariant, string Fault)
    {
        public Func<SimulatedStore> Store { get; init; } = static () => new SimulatedStore();

        public Func<IBudgetLedger, IBudgetLedger> Ledger { get; init; } = static ledger => ledger;

        public GateFault Gate { get; init; }
    }

    public static IReadOnlyList<Mutant> All { get; } =
    [
        new("I1", "forgets what others hold when it admits") { Ledger = l => new BlindToHolds(l) },
        new("I1", "checks all scopes but the last") { Ledger = l => new BlindToLast(l) },
        new("I1", "counts a limit as one call higher") { Ledger = l => new OffByOne(l) },
        new("I2", "posts twice what goes beyond the hold") { Ledger = l => new Altered(l) { Settle = (hold, actual) => actual + BudgetAmounts.Larger(actual - hold.Amounts, default) } },
        new("I2", "never posts more than was held") { Ledger = l => new Altered(l) { Settle = (hold, actual) => BudgetAmounts.Min(actual, hold.Amounts) } },
        new("I3", "keeps a hold on the first scope when another refuses") { Ledger = l => new KeepsFirst(l) },
        new("I3", "keeps what a crashed step had written") { Store = static () => new FaultyStores.KeepsTorn() },
        new("I4", "leaves one scope held after a settlement") { Store = static () => new FaultyStores.SkipsHeldReturn() },
        new("I4", "does not post to the parent") { Store = static () => new FaultyStores.SkipsParent() },
        new("I4", "loses what an allocation gives back") { Ledger = l => new Altered(l) { IgnoresReturn = true } },
        new("I4", "posts into the bucket after the hold's own") { Store = static () => new FaultyStores.WrongBucket() },
        new("I4", "rounds up once more") { Ledger = l => new Altered(l) { Settle = (_, actual) => actual with { Usd = actual.Usd + new NanoUsd(actual.Usd.Value > 0 ? 1 : 0) } } },
        new("I5", "drops a settlement that comes late") { Ledger = l => new Altered(l) { DropsLate = true } },
        new("I5", "posts a repeated settlement again") { Ledger = l => new Altered(l) { SettlesAgain = true } },
        new("I5", "loses what it is told after an outage") { Ledger = l => new Altered(l) { LosesReplays = true } },
        new("I2", "forgets after an outage what was spent on the lease") { Ledger = l => new Altered(l) { ForgetsBroken = true } },
        new("I6", "gives back what ran out after it was sent") { Store = static () => new FaultyStores.RefundsSent() },
        new("I6", "lets anybody give back what was sent") { Ledger = l => new Altered(l) { VoidsAnything = true } },
        new("I7", "takes a second hold for a repeated request") { Ledger = l => new Altered(l) { HoldsAgain = true } },
        new("I7", "applies a repeated correction again") { Store = static () => new FaultyStores.ForgetsCorrections() },
        new("I8", "settles at the price of today") { Gate = GateFault.Reprices },
        new("I8", "takes an unknown price for free") { Gate = GateFault.FreeWhenUnknown },
        new("I9", "loses the last step when it restarts") { Store = static () => new FaultyStores.LosesLast() },
        new("I9", "replays the last step twice") { Store = static () => new FaultyStores.ReplaysLast() },
        new("I10", "takes back what was settled when it is told to void") { Ledger = l => new Altered(l) { VoidsSettled = true } },
        new("I11", "never ends what ran out") { Store = static () => new FaultyStores.NeverExpires() },
        new("I11", "keeps one nano-dollar of every voided hold") { Store = static () => new FaultyStores.LeaksOnVoid() },
        new("I11", "leaks the hold of a cancelled stream") { Gate = GateFault.LeaksCancelled },
        new("I12", "lets one path past the gate") { Gate = GateFault.Bypass },
        new("I12", "lets streams past the gate") { Gate = GateFault.BypassStreams },
    ];

    private sealed class BlindToHolds(IBudgetLedger inner) : LedgerDecorator(inner)
    {
        public override async ValueTask<BudgetDecision> ReserveAsync(BudgetReservation reservation, CancellationToken cancellationToken = default)
        {
            BudgetDecision decision = await Inner.ReserveAsync(reservation, cancellationToken);
            return decision.IsWaitable ? await Inner.ReserveAsync(reservation with { Enforce = false }, cancellationToken) : decision;
        }
    }

    private sealed class BlindToLast(IBudgetLedger inner) : LedgerDecorator(inner)
    {
        public override ValueTask<BudgetDecision> ReserveAsync(BudgetReservation reservation, CancellationToken cancellationToken = default)
        {
            int last = reservation.Demands.ToList().FindLastIndex(d => d.Limits.Count > 0);
            return Inner.ReserveAsync(reservation with { Demands = [.. reservation.Demands.Select((d, i) => i == last ? d with { Limits = [] } : d)] }, cancellationToken);
        }
    }

    private sealed class OffByOne(IBudgetLedger inner) : LedgerDecorator(inner)
    {
        public override async ValueTask<BudgetDecision> ReserveAsync(BudgetReservation reservation, CancellationToken cancellationToken = default)
        {
            BudgetDecision decision = await Inner.ReserveAsync(reservation, cancellationToken);
            return decision.Broken is { Limit.Meter: BudgetMeter.Calls, Left: 0 } && !decision.IsAdmitted ? await Inner.ReserveAsync(reservation with { Enforce = false }, cancellationToken) : decision;
        }
    }

    private sealed class KeepsFirst(IBudgetLedger inner) : LedgerDecorator(inner)
    {
        public override async ValueTask<BudgetDecision> ReserveAsync(BudgetReservation reservation, CancellationToken cancellationToken = default)
        {
            BudgetDecision decision = await Inner.ReserveAsync(reservation, cancellationToken);
            if (!decision.IsAdmitted)
            {
                await Inner.ReserveAsync(reservation with { Id = reservation.Id + "-first", Demands = [reservation.Demands[0]], Enforce = false }, cancellationToken);
            }

            return decision;
        }
    }

    private sealed class Altered(IBudgetLedger inner) : LedgerDecorator(inner)
    {
        private readonly HashSet<string> _replays = new(StringComparer.Ordinal);

        public Func<BudgetHold, BudgetAmounts, BudgetAmounts>? Settle { get; init; }

        public bool IgnoresReturn { get; init; }

        public bool DropsLate { get; init; }

        public bool SettlesAgain { get; init; }

        public bool VoidsAnything { get; init; }

        public bool VoidsSettled { get; init; }

        public bool HoldsAgain { get; init; }

        public bool LosesReplays { get; init; }

        public bool ForgetsBroken { get; init; }

        public override async ValueTask<BudgetDecision> ReserveAsync(BudgetReservation reservation, CancellationToken cancellationToken = default)
        {
            if (HoldsAgain && await Inner.FindAsync(reservation.Id, cancellationToken) is not null)
            {
                await Inner.ReserveAsync(reservation with { Id = reservation.Id + "-again" }, cancellationToken);
            }

            if (ForgetsBroken && !reservation.Enforce)
            {
                // Whatever does not fit any more is said to fit, so that the lease can be spent again and again.
                return await Inner.ReserveAsync(reservation, cancellationToken) with { Broken = null };
            }

            _ = !reservation.Enforce && LosesReplays && _replays.Add(reservation.Id);
            return await Inner.ReserveAsync(reservation, cancellationToken);
        }

        public override async ValueTask<BudgetOutcome> SettleAsync(string holdId, BudgetAmounts actual, BudgetEvidence evidence, CancellationToken cancellationToken = default)
        {
            if (_replays.Contains(holdId))
            {
                return BudgetOutcome.Done;
            }

            BudgetHold? hold = await Inner.FindAsync(holdId, cancellationToken);
            if (DropsLate && hold?.Phase is BudgetHoldPhase.Unknown or BudgetHoldPhase.Voided)
            {
                return BudgetOutcome.Late;
            }

            if (SettlesAgain && hold?.Phase == BudgetHoldPhase.Settled && hold.Charged == actual)
            {
                await Inner.CorrectAsync(Guid.NewGuid().ToString(), holdId, actual + actual, cancellationToken);
                return BudgetOutcome.Repeated;
            }

            return await Inner.SettleAsync(holdId, hold is not null && Settle is not null ? Settle(hold, actual) : actual, evidence, cancellationToken);
        }

        public override async ValueTask<BudgetOutcome> VoidAsync(string holdId, bool knownUnbilled = false, CancellationToken cancellationToken = default)
        {
            if (VoidsSettled && await Inner.FindAsync(holdId, cancellationToken) is { Phase: BudgetHoldPhase.Settled })
            {
                await Inner.CorrectAsync(Guid.NewGuid().ToString(), holdId, default, cancellationToken);
                return BudgetOutcome.Conflict;
            }

            return await Inner.VoidAsync(holdId, knownUnbilled || VoidsAnything, cancellationToken);
        }

        public override ValueTask<BudgetOutcome> ReturnAsync(string allocationId, CancellationToken cancellationToken = default) =>
            IgnoresReturn ? ValueTask.FromResult(BudgetOutcome.Done) : Inner.ReturnAsync(allocationId, cancellationToken);
    }
}
