namespace TokenThrift.Budgets;

/// <summary>A hold that the ledger does not know: it could not be reached when the call was made.</summary>
/// <param name="Reservation">What the ledger would have been asked, and will be told when the call has ended.</param>
/// <param name="DrawsOnLease">Whether a limit applies, so that the call runs on the local lease.</param>
internal sealed record LocalHold(BudgetReservation Reservation, bool DrawsOnLease);
