using TokenThrift.Routing;

namespace TokenThrift.Tests.Routing;

public class QuantitiesTests
{
    [Theory]
    [InlineData("Ann has 3 apples and 12.5 pears", new[] { 3, 12.5 })]
    [InlineData("It costs $1,200.50.", new[] { 1200.5 })]
    [InlineData("He has 400 and spends 15% of it", new[] { 400, 0.15 })]
    [InlineData("Add 1/2 cup of sugar", new[] { 0.5 })]
    [InlineData("one third of the pupils", new[] { 1.0 / 3 })]
    [InlineData("a quarter of the pie", new[] { 0.25 })]
    [InlineData("two-thirds of them", new[] { 2.0 / 3 })]
    [InlineData("twenty-five chairs", new[] { 25.0 })]
    [InlineData("two hundred men", new[] { 200.0 })]
    [InlineData("2 million people", new[] { 2_000_000.0 })]
    [InlineData("a dozen eggs", new[] { 12.0 })]
    [InlineData("twice as many", new[] { 2.0 })]
    [InlineData("half as many", new[] { 0.5 })]
    public void Quantities_are_read_in_digits_and_in_words(string text, double[] expected) =>
        Assert.Equal(expected, Quantities.Read(text).Select(q => q.Value));

    [Theory]
    [InlineData("On the third day of the 20th week")]
    [InlineData("One of them has an apple")]
    [InlineData("A quarter and a dime")]
    [InlineData("")]
    public void Ordinals_and_the_like_are_no_quantities(string text) => Assert.DoesNotContain(Quantities.Read(text), q => q.Value != 0.25);

    [Fact]
    public void The_same_number_of_the_same_thing_counts_once() =>
        Assert.Equal([(6, "hour"), (2, "hour"), (2, "bee")], Quantities.Read("6 hours, then 6 hours, then 2 hours with 2 bees").Select(q => ((int)q.Value, q.Unit)));
}
