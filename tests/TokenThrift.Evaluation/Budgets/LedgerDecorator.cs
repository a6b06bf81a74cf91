using TokenThrift.Budgets;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>A ledger that passes everything on; others change one thing.</summary>
internal abstract class LedgerDecorator(IBudgetLedger inner) : IBudgetLedger
{
    public bool IsShared => Inner.IsShared;

    protected IBudgetLedger Inner { get; } = inner;

    public virtual ValueTask<BudgetDecision> ReserveAsync(BudgetReservation reservation, CancellationToken cancellationToken = default) => Inner.ReserveAsync(reservation, cancellationToken);

    public virtual ValueTask<BudgetOutcome> MarkSentAsync(string holdId, CancellationToken cancellationToken = default) => Inner.MarkSentAsync(holdId, cancellationToken);

    public virtual ValueTask<BudgetOutcome> ExtendAsync(string holdId, TimeSpan timeToLive, CancellationToken cancellationToken = default) => Inner.ExtendAsync(holdId, timeToLive, cancellationToken);

    public virtual ValueTask<BudgetOutcome> SettleAsync(string holdId, BudgetAmounts actual, BudgetEvidence evidence, CancellationToken cancellationToken = default) =>
        Inner.SettleAsync(holdId, actual, evidence, cancellationToken);

    public virtual ValueTask<BudgetOutcome> VoidAsync(string holdId, bool knownUnbilled = false, CancellationToken cancellationToken = default) => Inner.VoidAsync(holdId, knownUnbilled, cancellationToken);

    public virtual ValueTask<IReadOnlyList<BudgetHold>> ExpireAsync(CancellationToken cancellationToken = default) => Inner.ExpireAsync(cancellationToken);

    public virtual ValueTask<BudgetOutcome> CorrectAsync(string correctionId, string holdId, BudgetAmounts actual, CancellationToken cancellationToken = default) =>
        Inner.CorrectAsync(correctionId, holdId, actual, cancellationToken);

    public virtual ValueTask<BudgetDecision> AllocateAsync(BudgetReservation reservation, CancellationToken cancellationToken = default) => Inner.AllocateAsync(reservation, cancellationToken);

    public virtual ValueTask<BudgetOutcome> ReturnAsync(string allocationId, CancellationToken cancellationToken = default) => Inner.ReturnAsync(allocationId, cancellationToken);

    public virtual ValueTask<IReadOnlyList<BudgetBalance>> ReadAsync(IReadOnlyList<BudgetDemand> demands, CancellationToken cancellationToken = default) => Inner.ReadAsync(demands, cancellationToken);

    public virtual ValueTask<BudgetHold?> FindAsync(string holdId, CancellationToken cancellationToken = default) => Inner.FindAsync(holdId, cancellationToken);

    public virtual ValueTask ForgetAsync(string account, CancellationToken cancellationToken = default) => Inner.ForgetAsync(account, cancellationToken);
}
