namespace TokenThrift.Requests;

/// <summary>Lets one message through per window, so that trouble which repeats does not fill a log. Safe for concurrent use.</summary>
/// <param name="time">The clock.</param>
/// <param name="window">How long it stays silent after a message; zero lets each through.</param>
internal sealed class LogWindow(TimeProvider time, TimeSpan window)
{
    private const long Never = long.MinValue;
    private long _last = Never;

    /// <summary>Says whether a message may be written now; of several that ask at once, one may.</summary>
    public bool Enter()
    {
        long last = Interlocked.Read(ref _last);
        long now = time.GetTimestamp();
        return (last == Never || time.GetElapsedTime(last, now) >= window) && Interlocked.CompareExchange(ref _last, now, last) == last;
    }
}
