namespace TokenThrift.Requests;

/// <summary>Waits so long and no longer for what is called beside the model: an embedder, an index, a comparer, a verifier, the store of what was learnt. Safe for concurrent use.</summary>
/// <param name="limit">How long.</param>
/// <param name="time">The clock.</param>
internal sealed class HelperTimeout(TimeSpan limit, TimeProvider time)
{
    /// <summary>Runs work that is cancelled when the time is up, and is left alone where it does not heed that.</summary>
    /// <exception cref="TimeoutException">The time was up.</exception>
    public async ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await work(linked.Token).AsTask().WaitAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It took longer than {limit}.", e);
        }
    }
}
