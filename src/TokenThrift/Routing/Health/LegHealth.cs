using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace TokenThrift.Routing;

/// <summary>The health of one deployment: retry, breaker and time limit by Polly, and how long the provider asked for rest.</summary>
internal sealed class LegHealth
{
    private readonly string _deployment;
    private readonly TimeProvider _time;
    private readonly RoutingOptions _options;
    private readonly FailureReader _failures;
    private readonly ILogger _logger;
    private readonly CircuitBreakerManualControl _control = new();
    private readonly ResiliencePipeline _breaker;
    private readonly ResiliencePipeline _limit;
    private readonly ResiliencePipeline _whole;
    private long _restUntil;

    public LegHealth(string deployment, RoutingOptions options, FailureReader failures, TimeProvider time, ILogger logger)
    {
        _deployment = deployment;
        _options = options;
        _failures = failures;
        _time = time;
        _logger = logger;
        _breaker = Builder().AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            FailureRatio = options.BreakerFailureRatio,
            MinimumThroughput = options.BreakerMinimumCalls,
            SamplingDuration = options.BreakerWindow,
            BreakDurationGenerator = args => ValueTask.FromResult(BreakFor(args.HalfOpenAttempts)),
            ManualControl = _control,
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is { } e && Read(e).CountsAgainstDeployment),
            OnOpened = args =>
            {
                RestFor(args.BreakDuration, "its calls fail");
                return default;
            },
        }).Build();
        _limit = Builder().AddTimeout(new TimeoutStrategyOptions { Timeout = options.AttemptTimeout }).Build();
        ResiliencePipelineBuilder whole = options.RetriesPerModel == 0 ? Builder() : Builder().AddRetry(Retry());
        _whole = whole.AddPipeline(_breaker).AddPipeline(_limit).Build();
    }

    /// <summary>Gets the time from which the deployment may be asked again.</summary>
    public DateTimeOffset RestsUntil => new(Interlocked.Read(ref _restUntil), TimeSpan.Zero);

    public bool Rests => RestsUntil > _time.GetUtcNow();

    /// <summary>Asks the deployment, with retries, breaker and time limit.</summary>
    /// <param name="call">Makes one try; the token ends it when its time is up.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>What the try that succeeded returned.</returns>
    public async ValueTask<T> AskAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            if (!Rests)
            {
                return await _whole.ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
            }

            // While the deployment rests it is asked only because nobody else is left: once, past the breaker, which would refuse.
            T result = await _limit.ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
            Interlocked.Exchange(ref _restUntil, 0);
            await _control.CloseAsync(CancellationToken.None).ConfigureAwait(false);
            return result;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Observe(Read(e));
            throw;
        }
    }

    /// <summary>Counts a failure that came after a call had been taken for a success, such as a stream that broke.</summary>
    public async ValueTask ReportAsync(Exception exception)
    {
        Observe(Read(exception));
        try
        {
            await _breaker.ExecuteAsync(_ => ValueTask.FromException(exception), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e == exception || e is BrokenCircuitException)
        {
            // It was only to be counted; the caller of the stream gets it as it was.
        }
    }

    private ResiliencePipelineBuilder Builder() => new() { TimeProvider = _time };

    private RetryStrategyOptions Retry() => new()
    {
        MaxRetryAttempts = _options.RetriesPerModel,
        Delay = _options.RetryDelay,
        MaxDelay = _options.LongestRetryWait,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is { } e && IsWorthARetry(e)),
        DelayGenerator = args => ValueTask.FromResult(args.Outcome.Exception is { } e ? Read(e).RetryAfter : null),
    };

    // A deployment that asks for rest gets it.
    private void Observe(Failure failure)
    {
        if (failure.RestsLong)
        {
            RestFor(failure.RetryAfter ?? _options.LongRest, failure.Code);
        }
        else if (failure is { Class: FailureClass.RateLimited or FailureClass.Overloaded, RetryAfter: { } wait })
        {
            RestFor(wait, failure.Code);
        }
    }

    // A broken circuit is not worth waiting for: another model is there at once.
    private bool IsWorthARetry(Exception e) =>
        e is not BrokenCircuitException && Read(e) is { MayRetry: true } failure && (failure.RetryAfter ?? TimeSpan.Zero) <= _options.LongestRetryWait;

    private Failure Read(Exception e) => _failures.Read(e);

    private TimeSpan BreakFor(int failedProbes)
    {
        double seconds = _options.BreakerRest.TotalSeconds * Math.Pow(2, Math.Min(failedProbes, 10));
        return TimeSpan.FromSeconds(Math.Min(seconds, _options.LongRest.TotalSeconds));
    }

    private void RestFor(TimeSpan wait, string reason)
    {
        DateTimeOffset until = _time.GetUtcNow() + wait;
        long seen = Interlocked.Read(ref _restUntil);
        while (until.UtcTicks > seen)
        {
            long before = Interlocked.CompareExchange(ref _restUntil, until.UtcTicks, seen);
            if (before == seen)
            {
                RoutingLog.Rests(_logger, _deployment, until, reason);
                return;
            }

            seen = before;
        }
    }
}
