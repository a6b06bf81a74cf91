namespace TokenThrift.Routing;

/// <summary>The time limit of a request over all of its attempts.</summary>
internal sealed class RouteDeadline : IDisposable
{
    private readonly CancellationTokenSource? _timer;
    private readonly CancellationTokenSource? _joined;

    public RouteDeadline(TimeSpan? limit, TimeProvider time, CancellationToken cancellationToken)
    {
        Token = cancellationToken;
        if (limit is { } wait)
        {
            _timer = new CancellationTokenSource(wait, time);
            _joined = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellationToken);
            Token = _joined.Token;
        }
    }

    /// <summary>Gets the token that ends an attempt when the time is up, or when the caller cancels.</summary>
    public CancellationToken Token { get; }

    public bool IsOver => _timer?.IsCancellationRequested == true;

    public void Dispose()
    {
        _joined?.Dispose();
        _timer?.Dispose();
    }
}
