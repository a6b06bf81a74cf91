using TokenThrift.Caching;

namespace TokenThrift.Tests.Caching;

public sealed class SemanticGuardsTests
{
    [Theory]
    [InlineData("Refund an order of 20 euros", "Refund an order of 200 euros", SemanticGuards.Number)]
    [InlineData("Show the top three accounts", "Show the top seven accounts", SemanticGuards.Number)]
    [InlineData("Is a 5 kg parcel free?", "Is a 5 lb parcel free?", SemanticGuards.Unit)]
    [InlineData("What changed in v2?", "What changed in v3?", SemanticGuards.Identifier)]
    [InlineData("What does \"soft delete\" mean?", "What does \"hard delete\" mean?", SemanticGuards.Literal)]
    [InlineData("Is the offer valid in May?", "Is the offer not valid in May?", SemanticGuards.Negation)]
    [InlineData("How do I enable the alarm?", "How do I disable the alarm?", SemanticGuards.Antonym)]
    [InlineData("Is the seat available?", "Is the seat unavailable?", SemanticGuards.Antonym)]
    [InlineData("Move the files from staging to production", "Move the files from production to staging", SemanticGuards.Direction)]
    [InlineData("Who is the mayor of Porto?", "Who is the mayor of Ghent?", SemanticGuards.Name)]
    public void Questions_that_differ_in_what_the_answer_hangs_on_are_rejected(string asked, string kept, string reason)
    {
        Assert.Equal(reason, SemanticGuards.Check(asked, kept));
        Assert.Equal(reason, SemanticGuards.Check(kept, asked));
    }

    [Theory]
    [InlineData("How do I reset my password?", "how can I reset my password")]
    [InlineData("The offer is not valid", "The offer is invalid")]
    [InlineData("Send it in 1,000 parts", "Send it in 1000 parts")]
    [InlineData("Is two hours enough?", "Is 2 hours enough?")]
    [InlineData("How far is 5 km?", "How far is 5 kilometres?")]
    public void Rewordings_pass(string asked, string kept) => Assert.Null(SemanticGuards.Check(asked, kept));

    [Fact]
    public void Text_that_is_equal_after_folding_passes_whatever_it_holds() =>
        Assert.Null(SemanticGuards.Check("Is 5 NOT more than v4?", "is 5 not more than v4"));
}
