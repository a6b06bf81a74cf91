using Microsoft.Data.Sqlite;
using TokenThrift.Budgets;

namespace TokenThrift.Sqlite;

/// <summary>Keeps the books in one SQLite file: they survive a crash, and several processes of one machine share them.</summary>
/// <remarks>
/// Every step is one immediate transaction in write-ahead mode, so steps of all processes follow one another. Safe for concurrent use.
/// </remarks>
public sealed class SqliteBudgetStore : IBudgetStore, IDisposable
{
    private static readonly TimeSpan BetweenPrunes = TimeSpan.FromDays(1);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SqliteConnection _connection;
    private readonly SqliteBudgetTransaction _books;
    private readonly TimeSpan _retention;
    private readonly TimeProvider _time;
    private DateTimeOffset _nextPrune;

    /// <summary>Initializes a new instance of the <see cref="SqliteBudgetStore"/> class and opens the file.</summary>
    /// <param name="options">The settings; <see langword="null"/> for the defaults.</param>
    /// <param name="time">The clock by which rows grow old, the ledger's own; <see langword="null"/> for the system's.</param>
    /// <exception cref="ArgumentException">A setting is outside its limits.</exception>
    /// <exception cref="InvalidOperationException">The file was written by a newer version.</exception>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public SqliteBudgetStore(SqliteBudgetStoreOptions? options = null, TimeProvider? time = null)
    {
        options ??= new SqliteBudgetStoreOptions();
        if (options.Validate() is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(options));
        }

        _retention = options.Retention;
        _time = time ?? TimeProvider.System;
        _nextPrune = _time.GetUtcNow();
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)Math.Ceiling(options.BusyTimeout.TotalSeconds)),
        }.ToString());
        try
        {
            _connection.Open();
            SqliteBudgetSchema.Prepare(_connection, options);
            _books = new SqliteBudgetTransaction(_connection);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public async ValueTask<TResult> TransactAsync<TState, TResult>(Func<IBudgetTransaction, TState, TResult> work, TState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            TResult result = Step(work, state);
            PruneAtTimes();
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Removes resolved holds and past windows that are older than the retention. The store does so by itself when it is opened and once a day.</summary>
    /// <param name="now">The present.</param>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>How many rows were removed.</returns>
    public ValueTask<int> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken = default) =>
        TransactAsync(static (books, before) => ((SqliteBudgetTransaction)books).Prune(before), now - _retention, cancellationToken);

    private TResult Step<TState, TResult>(Func<IBudgetTransaction, TState, TResult> work, TState state)
    {
        _books.Execute("BEGIN IMMEDIATE");
        try
        {
            TResult result = work(_books, state);
            _books.Execute("COMMIT");
            return result;
        }
        catch
        {
            _books.Rollback();
            throw;
        }
    }

    private void PruneAtTimes()
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (now < _nextPrune)
        {
            return;
        }

        _nextPrune = now + BetweenPrunes;
        try
        {
            Step(static (books, before) => ((SqliteBudgetTransaction)books).Prune(before), now - _retention);
        }
        catch (SqliteException)
        {
            // The step that came before is done; old rows can wait another day.
        }
    }

    /// <summary>Closes the file. Steps under way end first.</summary>
    public void Dispose()
    {
        _turn.Wait();
        try
        {
            _books.Dispose();
            _connection.Dispose();
        }
        finally
        {
            _turn.Release();
        }
    }
}
