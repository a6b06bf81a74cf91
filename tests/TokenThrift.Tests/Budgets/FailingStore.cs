using TokenThrift.Budgets;

namespace TokenThrift.Tests.Budgets;

/// <summary>A store that is out of reach when told to be.</summary>
internal sealed class FailingStore : IBudgetStore
{
    private readonly MemoryBudgetStore _rows = new();

    public bool Fails { get; set; }

    /// <summary>Gets or sets after how many more steps it fails; negative for never.</summary>
    public int FailsAfter { get; set; } = -1;

    public int Steps { get; private set; }

    public bool IsShared => false;

    public ValueTask<TResult> TransactAsync<TState, TResult>(Func<IBudgetTransaction, TState, TResult> work, TState state, CancellationToken cancellationToken = default)
    {
        Steps++;
        Fails |= FailsAfter-- == 0;
        return Fails ? throw new IOException("the disk is gone") : _rows.TransactAsync(work, state, cancellationToken);
    }
}
