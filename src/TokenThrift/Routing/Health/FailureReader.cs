namespace TokenThrift.Routing;

/// <summary>Reads what a failure means, the application's own way first. Safe for concurrent use if that is.</summary>
internal sealed class FailureReader(Func<Exception, FailureClass?>? custom, TimeProvider time, RoutingFaults faults)
{
    /// <summary>Reads a failure.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="callerCancelled">Whether the caller had cancelled: then nothing else matters, whatever a broken connection threw.</param>
    public Failure Read(Exception exception, bool callerCancelled = false) => callerCancelled
        ? new Failure(FailureClass.Cancelled, null)
        : new Failure(Custom(exception) ?? FailureClassifier.ClassOf(exception), RetryAfter.Of(exception, time.GetUtcNow()));

    private FailureClass? Custom(Exception exception)
    {
        try
        {
            return custom?.Invoke(exception);
        }
        catch (Exception e)
        {
            faults.SteppedOver(nameof(RoutingOptions.ClassifyFailure), e);
            return null;
        }
    }
}
