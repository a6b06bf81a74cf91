using TokenThrift.Samples.MonthEndClose;

namespace TokenThrift.Samples.Tests.MonthEndClose;

public class SampleArgumentsTests
{
    [Theory]
    [InlineData("--seed")]
    [InlineData("--seed", "x")]
    [InlineData("--seed", "-1")]
    [InlineData("--sed", "1")]
    [InlineData("--live")]
    [InlineData("--live", "--endpoint", "http://localhost:1/v1")]
    [InlineData("--live", "--endpoint", "not an address", "--model", "m")]
    [InlineData("--model", "gpt-5.5")]
    public void A_wrong_command_line_gives_one_clear_line(params string[] args)
    {
        Assert.False(SampleArguments.TryParse(args, out _, out string? error));
        Assert.DoesNotContain('\n', error);
        Assert.EndsWith(".", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_live_run_is_read_whole()
    {
        Assert.True(SampleArguments.TryParse(["--live", "--endpoint", "http://localhost:1/v1", "--model", "big", "--small", "little", "--json", "--seed", "7"], out SampleArguments? arguments, out _));
        Assert.Equal(("big", "little", true, 7), (arguments.Model, arguments.Small, arguments.Json, arguments.Seed));
    }
}
