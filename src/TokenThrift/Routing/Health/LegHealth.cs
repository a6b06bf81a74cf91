using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace TokenThrift.Routing;

/// <summary>The health of one deployment: retry, breaker and time limit by Polly, and how long the provider asked for rest.</summary>
internal sealed class LegHealth
{
    private readonly TimeProvider _time;
    private readonly RoutingOptions _options;
    private readonly ResiliencePipeline _whole;
    private readonly ResiliencePipeline _firstToken;
    private long _restUntil;

    public LegHealth(RoutingOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        var breaker = new CircuitBreakerStrategyOptions
        {
            FailureRatio = options.BreakerFailureRatio,
            MinimumThroughput = options.BreakerMinimumCalls,
            SamplingDuration = options.BreakerWindow,
            BreakDurationGenerator = args => ValueTask.FromResult(BreakFor(args.HalfOpenAttempts)),
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is { } e && Read(e).CountsAgainstDeployment),
            OnOpened = args =>
            {
                RestFor(args.BreakDuration);
                return default;
            },
        };
        ResiliencePipelineBuilder common = Common(options, time);
        // One breaker for both ways of asking: the strategy is built once and shared.
        ResiliencePipeline shared = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(breaker).Build();
        _whole = common.AddPipeline(shared).AddTimeout(new TimeoutStrategyOptions { Timeout = options.AttemptTimeout }).Build();
        _firstToken = Common(options, time).AddPipeline(shared).AddTimeout(new TimeoutStrategyOptions { Timeout = options.FirstTokenTimeout }).Build();
    }

    /// <summary>Gets the time from which the deployment may be asked again.</summary>
    public DateTimeOffset RestsUntil => new(Interlocked.Read(ref _restUntil), TimeSpan.Zero);

    public bool Rests => RestsUntil > _time.GetUtcNow();

    /// <summary>Asks the deployment, with retries, breaker and time limit.</summary>
    /// <param name="call">Makes one try; the token ends it when its time is up.</param>
    /// <param name="firstTokenOnly">Whether the try ends with the first token of a stream.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>What the try that succeeded returned.</returns>
    public async ValueTask<T> AskAsync<T>(Func<CancellationToken, ValueTask<T>> call, bool firstTokenOnly, CancellationToken cancellationToken)
    {
        try
        {
            // While the deployment rests it is asked only because nobody else is left; the breaker would refuse that.
            return Rests
                ? await call(cancellationToken).ConfigureAwait(false)
                : await (firstTokenOnly ? _firstToken : _whole).ExecuteAsync(call, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Observe(Read(e));
            throw;
        }
    }

    /// <summary>Takes in a failure: a deployment that asks for rest gets it.</summary>
    public void Observe(Failure failure)
    {
        if (failure.RestsLong)
        {
            RestFor(failure.RetryAfter ?? _options.LongRest);
        }
        else if (failure is { Class: FailureClass.RateLimited or FailureClass.Overloaded, RetryAfter: { } wait })
        {
            RestFor(wait);
        }
    }

    private ResiliencePipelineBuilder Common(RoutingOptions options, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        return options.RetriesPerModel == 0
            ? builder
            : builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.RetriesPerModel,
                Delay = options.RetryDelay,
                MaxDelay = options.LongestRetryWait,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is { } e && IsWorthARetry(e)),
                DelayGenerator = args => ValueTask.FromResult(args.Outcome.Exception is { } e ? Read(e).RetryAfter : null),
            });
    }

    // A broken circuit is not worth waiting for: another model is there at once.
    private bool IsWorthARetry(Exception e) =>
        e is not BrokenCircuitException && Read(e) is { MayRetry: true } failure && (failure.RetryAfter ?? TimeSpan.Zero) <= _options.LongestRetryWait;

    private Failure Read(Exception e) => FailureClassifier.Classify(e, _time.GetUtcNow(), _options.ClassifyFailure, callerCancelled: false);

    private TimeSpan BreakFor(int failedProbes)
    {
        double seconds = _options.BreakerRest.TotalSeconds * Math.Pow(2, Math.Min(failedProbes, 10));
        return TimeSpan.FromSeconds(Math.Min(seconds, _options.LongRest.TotalSeconds));
    }

    private void RestFor(TimeSpan wait)
    {
        long until = (_time.GetUtcNow() + wait).UtcTicks;
        long seen = Interlocked.Read(ref _restUntil);
        while (until > seen)
        {
            long before = Interlocked.CompareExchange(ref _restUntil, until, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
