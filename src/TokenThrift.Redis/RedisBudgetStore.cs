using System.Collections.Concurrent;
using System.Globalization;
using StackExchange.Redis;
using TokenThrift.Budgets;

namespace TokenThrift.Redis;

/// <summary>Keeps the books in Redis, Valkey or Garnet: one set of books for many machines.</summary>
/// <remarks>
/// <para>
/// Steps that come at the same time in one process are taken together, on the books as this process last saw them. One script on the server then
/// checks that they were up to date and writes, or sends what has changed, and the steps are taken again (optimistic concurrency, H. T. Kung and
/// J. T. Robinson, ACM TODS 1981). So steps of all processes follow one another, and one that is not disturbed takes one round trip.
/// </para>
/// <para>
/// The books are as safe as the server keeps them: it must not evict (<c>maxmemory-policy noeviction</c>), and what it has acknowledged and loses,
/// with its memory or in a failover, is spent a second time. Garnet needs <c>--lua --lua-transaction-mode</c>. Safe for concurrent use.
/// </para>
/// </remarks>
public sealed class RedisBudgetStore : IBudgetStore
{
    private const int MostTogether = 64;
    private const int LongestPause = 64;

    private readonly IConnectionMultiplexer _connection;
    private readonly string _prefix;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _retention;
    private readonly ConcurrentQueue<RedisBudgetStep> _waiting = new();
    private readonly RedisBudgetTransaction _books = new();
    private readonly string _writer = Guid.NewGuid().ToString("N");
    private long _versions;
    private int _isRunning;

    /// <summary>Initializes a new instance of the <see cref="RedisBudgetStore"/> class.</summary>
    /// <param name="connection">The connection; it stays the caller's.</param>
    /// <param name="options">The settings; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">A setting is outside its limits.</exception>
    public RedisBudgetStore(IConnectionMultiplexer connection, RedisBudgetStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        options ??= new RedisBudgetStoreOptions();
        if (options.Validate() is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(options));
        }

        _connection = connection;
        _prefix = "{" + options.KeyPrefix + "}:";
        _timeout = options.StepTimeout;
        _retention = options.Retention;
    }

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    /// <exception cref="RedisException">The server cannot be reached, or refuses. What was to be written may have been written all the same.</exception>
    /// <exception cref="FormatException">What the step asked for is there and cannot be read: another hand has written it.</exception>
    /// <exception cref="TimeoutException">The step took longer than <see cref="RedisBudgetStoreOptions.StepTimeout"/>.</exception>
    public ValueTask<TResult> TransactAsync<TState, TResult>(Func<IBudgetTransaction, TState, TResult> work, TState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        cancellationToken.ThrowIfCancellationRequested();
        var step = new RedisBudgetStep<TState, TResult>(work, state, cancellationToken);
        _waiting.Enqueue(step);
        _ = RunWaitingAsync();
        return step.WaitAsync();
    }

    // One at a time takes the steps that wait; it throws nothing.
    private async Task RunWaitingAsync()
    {
        while (!_waiting.IsEmpty && Interlocked.CompareExchange(ref _isRunning, 1, 0) == 0)
        {
            try
            {
                while (Together() is { Count: > 0 } steps)
                {
                    await RunAsync(steps).ConfigureAwait(false);
                }
            }
            finally
            {
                Volatile.Write(ref _isRunning, 0);
            }
        }
    }

    private List<RedisBudgetStep> Together()
    {
        var steps = new List<RedisBudgetStep>();
        while (steps.Count < MostTogether && _waiting.TryDequeue(out RedisBudgetStep? step))
        {
            if (step.TryBegin())
            {
                steps.Add(step);
            }
        }

        return steps;
    }

    private async Task RunAsync(List<RedisBudgetStep> steps)
    {
        try
        {
            long began = TimeProvider.System.GetTimestamp();
            IDatabaseAsync database = _connection.GetDatabase();
            for (int round = 0; !await TryAsync(database, steps).ConfigureAwait(false); round++)
            {
                if (TimeProvider.System.GetElapsedTime(began) > _timeout)
                {
                    throw new TimeoutException($"Other processes came first for longer than {_timeout}.");
                }

                // The first disturbance only shows what has changed; who is disturbed again lets the others go first.
                if (round > 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(Math.Min(1 << Math.Min(round, 16), LongestPause))), TimeProvider.System).ConfigureAwait(false);
                }
            }

            steps.ForEach(step => step.End());
        }
        catch (Exception e)
        {
            steps.ForEach(step => step.Fail(e));
        }
    }

    private Task<bool> TryAsync(IDatabaseAsync database, List<RedisBudgetStep> steps)
    {
        _books.Begin();
        foreach (RedisBudgetStep step in steps)
        {
            _books.Mark();
            if (!step.Run(_books))
            {
                _books.Undo();
            }
        }

        return RedisBudgetScript.RunAsync(database, _prefix, _books, string.Create(CultureInfo.InvariantCulture, $"{_writer}-{++_versions}"), _retention);
    }
}
