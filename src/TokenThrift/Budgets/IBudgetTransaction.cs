namespace TokenThrift.Budgets;

/// <summary>The reads and writes of one atomic step.</summary>
public interface IBudgetTransaction
{
    /// <summary>Finds a hold.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The hold, or <see langword="null"/>.</returns>
    BudgetHold? FindHold(string id);

    /// <summary>Writes a hold, new or changed.</summary>
    /// <param name="hold">The hold.</param>
    void PutHold(BudgetHold hold);

    /// <summary>Lists open holds, allocations among them, that ran out by a moment.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="count">The most to list.</param>
    /// <returns>The holds, the oldest first.</returns>
    IReadOnlyList<BudgetHold> FindExpired(DateTimeOffset now, int count);

    /// <summary>Sums the rows of an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="from">The first bucket that counts.</param>
    /// <returns>The sums; zero where there are no rows.</returns>
    BudgetBalance Sum(string account, long from);

    /// <summary>Adds to a row, made where there was none.</summary>
    /// <param name="entry">The row.</param>
    /// <param name="posted">What to add to the spent amounts.</param>
    /// <param name="held">What to add to the held amounts.</param>
    /// <returns>The row as it now stands.</returns>
    BudgetBalance Add(BudgetEntry entry, BudgetAmounts posted, BudgetAmounts held);

    /// <summary>Notes a correction by its id.</summary>
    /// <param name="id">The id.</param>
    /// <returns><see langword="false"/> when it was noted before.</returns>
    bool TryNoteCorrection(string id);

    /// <summary>Removes the rows of an account that nothing will ask for again, such as an ended task's.</summary>
    /// <param name="account">The account.</param>
    void Forget(string account);
}
