using TokenThrift.Samples.MonthEndClose.Plugins;

namespace TokenThrift.Samples.Tests.MonthEndClose;

public class CalculatorTests
{
    [Theory]
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("-(2.50 - 1) / 3", "-0.50")]
    [InlineData("(1 + 2) * (3 - -4)", "21")]
    public void Expressions_are_worked_out(string expression, string result) =>
        Assert.Equal($$"""{"results":[{{result}}]}""", CalculatorPlugin.Calculate([expression]));

    [Theory]
    [InlineData("1 +")]
    [InlineData("(1")]
    [InlineData("1 / 0")]
    [InlineData("delete everything")]
    public void What_cannot_be_worked_out_says_so(string expression) =>
        Assert.Contains("cannot work out", CalculatorPlugin.Calculate([expression]), StringComparison.Ordinal);
}
