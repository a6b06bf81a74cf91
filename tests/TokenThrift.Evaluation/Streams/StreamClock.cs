namespace TokenThrift.Evaluation.Streams;

/// <summary>A clock by which one request comes each second, so that what processes write to their store has an order that does not hang on the machine.</summary>
internal sealed class StreamClock : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(50);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Tick() => _now += TimeSpan.FromSeconds(1);
}
