namespace TokenThrift.Budgets;

/// <summary>Keeps the books in this process: exact while it lives, gone when it ends.</summary>
/// <remarks>
/// Resolved holds, corrections, and accounts that were forgotten, are kept until <see cref="Remembered"/> newer ones have followed, so that a
/// repeated or late operation still finds them. Safe for concurrent use.
/// </remarks>
public sealed class MemoryBudgetStore : IBudgetStore
{
    /// <summary>How many resolved holds, corrections and forgotten accounts are remembered.</summary>
    public const int Remembered = 10_000;

    private readonly Lock _lock = new();
    private readonly MemoryBudgetTransaction _books = new();

    /// <inheritdoc/>
    public bool IsShared => false;

    /// <inheritdoc/>
    public ValueTask<TResult> TransactAsync<TState, TResult>(Func<IBudgetTransaction, TState, TResult> work, TState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _books.Begin();
            try
            {
                TResult result = work(_books, state);
                _books.Commit();
                return ValueTask.FromResult(result);
            }
            catch
            {
                _books.Undo();
                throw;
            }
        }
    }
}
