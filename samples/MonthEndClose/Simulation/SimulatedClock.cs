namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>A clock on which simulated answers take as long as real ones would, though nobody waits for them.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    private long _ticksAhead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ticksAhead));

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticksAhead, time.Ticks);
}
