using TokenThrift.Routing;

namespace TokenThrift.Tests.Routing;

public class CalculationReaderTests
{
    [Theory]
    [InlineData("He drives 3 hours * 60 mph = 180 miles.", 180)]
    [InlineData("That is 12 (chicken meal) + 5 * 3 (milk) = 27 dollars.", 27)]
    [InlineData("He pays 3 * 60 = <<3*60=180>>180.", 180)]
    [InlineData("Each gets $1,200 / 4 = $300.", 300)]
    [InlineData("It comes to 10 / 3 = 3.33 each.", 3.33)]
    [InlineData("It comes to 10 / 3 = 3.3 each.", 3.3)]
    [InlineData("They need 10 / 3 = 4 cars.", 4)]
    [InlineData("The discount is 50 * 20% = 10.", 10)]
    [InlineData("The share is 3 / 4 = 75%.", 75)]
    [InlineData("A 30-minute show: 90 / 30 = 3 shows.", 3)]
    [InlineData("That means there are 20 - 12 - 4 = 4 semi-automatic cars.", 4)]
    [InlineData("It dropped to 2 - 8 = -6 degrees.", -6)]
    [InlineData("Half of it is 7 × 2 ÷ 4 = 3.5.", 3.5)]
    [InlineData("The fence is 2*(20 + 15) = 70 feet.", 70)]
    public void A_calculation_that_comes_out_holds(string text, double stated)
    {
        Calculation calculation = Assert.Single(CalculationReader.Read(text));

        Assert.Equal(stated, calculation.Stated);
        Assert.True(calculation.Holds, $"{calculation.Value} against {calculation.Stated}");
    }

    [Theory]
    [InlineData("The street costs 490 x $194 = $94,660.")]
    [InlineData("They have 25 + 27 = 53 marbles.")]
    [InlineData("It comes to 10 / 3 = 3.4 each.")]
    [InlineData("It comes to 10 / 3 = 3.34 each.")]
    [InlineData("<<4*40=170>>170 roses")]
    [InlineData("In all 2 + 3 * 4 = 20.")]
    public void A_calculation_that_does_not_come_out_does_not_hold(string text) =>
        Assert.False(Assert.Single(CalculationReader.Read(text)).Holds);

    [Theory]
    [InlineData("So 10x + x = 11x = 88,000 copies.")]
    [InlineData("Let W = 2B and W + B = 84.")]
    [InlineData("On day 3 he had 4 apples, which is 5 less than 9.")]
    [InlineData("Total = 14.")]
    [InlineData("")]
    [InlineData("= = ((( + 3 = ) 4")]
    public void What_is_algebra_or_no_calculation_is_left_out(string text) => Assert.Empty(CalculationReader.Read(text));

    [Fact]
    public void A_chain_is_read_link_by_link()
    {
        List<Calculation> links = CalculationReader.Read("She has 2 * 7 + 3 = 14 + 3 = 17 books.");

        Assert.Equal([17, 17], links.Select(l => l.Value));
        Assert.All(links, l => Assert.True(l.Holds));
    }

    [Fact]
    public void A_chain_that_breaks_is_found_where_it_breaks()
    {
        List<Calculation> links = CalculationReader.Read("She has 2 * 7 + 3 = 14 + 2 = 16 books.");

        Assert.Equal([false, true], links.Select(l => l.Holds));
    }

    [Fact]
    public void A_long_text_of_nothing_but_brackets_is_read_in_no_time()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        CalculationReader.Read(new string('(', 20_000) + "=1");
        CalculationReader.Read(string.Concat(Enumerable.Repeat("1+1=2 ", 3_000)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }
}
