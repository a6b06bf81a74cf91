using TokenThrift.Text;

namespace TokenThrift.Tests.Text;

public sealed class TextBasicsTests
{
    [Theory]
    [InlineData("How do I reset my password?", "how do i  reset my password")]
    [InlineData("What\u2019s new?", "whats new")]
    [InlineData("caf\u00E9 near me", "CAFE\u0301 near me!")]
    [InlineData("\uFF28\uFF49", "hi")]
    [InlineData("\u00BFQu\u00E9 hora es?", "qu\u00E9 hora es")]
    public void Folding_joins_texts_of_the_same_words(string left, string right) => Assert.True(TextFolding.AreEqual(left, right));

    [Theory]
    [InlineData("What is C?", "What is C++?")]
    [InlineData("What is C?", "What is C#?")]
    [InlineData("Add 3.5", "Add 35")]
    [InlineData("Is it -5?", "Is it 5?")]
    [InlineData("resume", "r\u00E9sum\u00E9")]
    [InlineData("f(x)", "fx")]
    [InlineData("```\nA\n```", "```\na\n```")]
    [InlineData("a != b", "a = b")]
    public void Folding_keeps_signs_that_carry_meaning(string left, string right) => Assert.False(TextFolding.AreEqual(left, right));

    [Fact]
    public void Folding_twice_changes_nothing_more() => CsCheck.Check.Sample(
        CsCheck.Gen.String[CsCheck.Gen.Char["aB \u00E9'?!.,-1\u2019\uFF21\n"], 0, 20],
        text => Assert.Equal(TextFolding.Fold(text), TextFolding.Fold(TextFolding.Fold(text))),
        iter: 2000);

    [Theory]
    [InlineData("changes", "changing")]
    [InlineData("carry", "carries")]
    [InlineData("boxes", "box")]
    [InlineData("running", "run")]
    [InlineData("stopped", "stop")]
    [InlineData("quickly", "quick")]
    public void Forms_of_a_word_share_a_term(string left, string right) => Assert.Equal(TextTerms.Of(left), TextTerms.Of(right));

    [Fact]
    public void Terms_leave_out_stop_words_and_split_unspaced_scripts()
    {
        Assert.Equal(["capital", "franc"], TextTerms.Of("What is the capital of France?"));
        Assert.Equal(["\u4F60", "\u597D"], TextTerms.Of("\u4F60\u597D"));
    }

    [Fact]
    public void The_passage_that_holds_the_rare_term_ranks_first()
    {
        string[] passages = ["the cat sat on the mat", "a dog and a cat", "invoices are due in March"];
        double[] scores = new Bm25(passages.Select(p => TextTerms.Of(p))).Score(TextTerms.Of("When is the invoice of the cat due?"));
        Assert.Equal(2, Array.IndexOf(scores, scores.Max()));
        Assert.True(scores[0] > 0);
    }
}
