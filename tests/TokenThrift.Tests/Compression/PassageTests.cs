using TokenThrift.Compression;

namespace TokenThrift.Tests.Compression;

public sealed class PassageTests
{
    private static readonly string[] Passages =
    [
        "Apples\nThe orchard grows apples and pears.",
        "Invoices\nAn invoice is paid within thirty days of its receipt.",
        "Weather\nIt rains most in October, and the wind is strong.",
    ];

    [Fact]
    public void The_passage_about_the_query_comes_first() =>
        Assert.Equal(1, PassageRanker.Rank("When must an invoice be paid?", Passages)[0]);

    [Fact]
    public void Extraction_keeps_the_order_and_the_budget()
    {
        IReadOnlyList<int> kept = PassageExtractor.Select("How strong is the wind, and who grows pears?", Passages, 0.7);
        Assert.Equal(kept.Order(), kept);
        Assert.InRange(kept.Count, 1, 2);
        Assert.Equal([0, 1, 2], PassageExtractor.Select("anything", Passages, 1));
        Assert.Empty(PassageExtractor.Select("anything", [], 0.5));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void A_share_out_of_its_limits_is_refused(double share) =>
        Assert.ThrowsAny<ArgumentOutOfRangeException>(() => PassageExtractor.Select("q", Passages, share));
}
