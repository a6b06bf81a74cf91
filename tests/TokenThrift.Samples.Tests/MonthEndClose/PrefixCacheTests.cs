using Microsoft.Extensions.Time.Testing;
using TokenThrift.Samples.MonthEndClose.Simulation;

namespace TokenThrift.Samples.Tests.MonthEndClose;

public class PrefixCacheTests
{
    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 2000).Select(x => $"word{x}"));
    private readonly FakeTimeProvider _time = new();
    private readonly PrefixCache _cache;

    public PrefixCacheTests() => _cache = new PrefixCache(ProviderTokenizer.Shared, _time);

    [Fact]
    public void An_opening_that_was_sent_before_is_served_in_steps_of_128()
    {
        Assert.Equal(0, _cache.Serve("a", [Long, "one"]));
        int served = _cache.Serve("a", [Long, "two"]);

        Assert.Equal(0, served % 128);
        Assert.InRange(ProviderTokenizer.Shared.CountSegment(Long) - served, 0, 127);
    }

    [Fact]
    public void One_changed_byte_ends_the_opening()
    {
        _cache.Serve("a", [Long]);

        Assert.Equal(0, _cache.Serve("a", ["W" + Long[1..]]));
    }

    [Fact]
    public void A_short_opening_is_not_served()
    {
        _cache.Serve("a", [Long[..2000]]);

        Assert.Equal(0, _cache.Serve("a", [Long[..2000]]));
    }

    [Fact]
    public void Models_do_not_share_a_cache()
    {
        _cache.Serve("a", [Long]);

        Assert.Equal(0, _cache.Serve("b", [Long]));
    }

    [Fact]
    public void An_opening_is_forgotten_some_minutes_after_its_last_use()
    {
        _cache.Serve("a", [Long]);
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.NotEqual(0, _cache.Serve("a", [Long]));
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.NotEqual(0, _cache.Serve("a", [Long]));
        _time.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal(0, _cache.Serve("a", [Long]));
    }
}
