namespace TokenThrift.Budgets;

/// <summary>Where a ledger keeps its rows: anything that can run a few reads and writes as one atomic, isolated step.</summary>
/// <remarks>Safe for concurrent use. A store must pass the contract tests that ship with the source.</remarks>
public interface IBudgetStore
{
    /// <summary>Gets a value indicating whether other processes may change the rows, so that a wait has to look again by itself.</summary>
    bool IsShared { get; }

    /// <summary>Runs work atomically: all of its writes are kept, or, when it throws, none.</summary>
    /// <typeparam name="TState">The type of the work's argument.</typeparam>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="work">The work; it may run again where the store has to repeat the transaction.</param>
    /// <param name="state">The argument.</param>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>The result.</returns>
    ValueTask<TResult> TransactAsync<TState, TResult>(Func<IBudgetTransaction, TState, TResult> work, TState state, CancellationToken cancellationToken = default);
}
