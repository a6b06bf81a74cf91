namespace TokenThrift.Replay;

/// <summary>A clock that stands still within an episode, so that the provider's prompt cache stays warm, and moves on between episodes, so that it is cold.</summary>
internal sealed class ReplayTime : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void NextEpisode() => _now += TimeSpan.FromMinutes(10);
}
