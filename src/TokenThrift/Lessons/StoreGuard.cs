using TokenThrift.Requests;

namespace TokenThrift.Lessons;

/// <summary>Calls a store that may fail or hang: what fails is reported and stepped over, and the store is left in peace for a minute. Safe for concurrent use.</summary>
/// <param name="timeout">How long the store is waited for.</param>
/// <param name="report">Takes in what failed, by a short name, and why.</param>
/// <param name="time">The clock.</param>
internal sealed class StoreGuard(HelperTimeout timeout, Action<string, Exception> report, TimeProvider time)
{
    // A store that hangs must not cost every request the time that it is waited for.
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);
    private long _restsSince = long.MinValue;

    /// <summary>Gets a value indicating whether the store has just failed.</summary>
    public bool IsResting => Interlocked.Read(ref _restsSince) is var since && since != long.MinValue && time.GetElapsedTime(since) < Rest;

    /// <summary>Reports a fault that says nothing against the store.</summary>
    public void Report(string what, Exception fault) => report(what, fault);

    /// <summary>Does something in time, or not at all. Only cancellation by the caller passes through.</summary>
    /// <param name="what">What, of a bounded set of names.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>Whether it was done.</returns>
    public async ValueTask<bool> TryAsync(string what, Func<CancellationToken, ValueTask> work, CancellationToken cancellationToken)
    {
        try
        {
            return await timeout.RunAsync(
                async token =>
                {
                    await work(token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            report(what, e);
            Interlocked.Exchange(ref _restsSince, time.GetTimestamp());
            return false;
        }
    }
}
