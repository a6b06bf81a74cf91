using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Routing;

namespace TokenThrift.Tests.Routing;

public class CalculationCheckTests
{
    private const string Apples = "Ann has 12 apples. She gives 5 of them to Bob and buys 4 bags of 6 apples. How many apples does she have now?";
    private const string Right = "Ann has 12 - 5 = 7 apples left. She buys 4 * 6 = 24 apples. She has 7 + 24 = 31 apples.";

    [Fact]
    public void A_sound_answer_has_nothing_found_in_it()
    {
        CheckResult result = Check(Apples, Right);

        Assert.Equal(CheckVerdict.Pass, result.Verdict);
        Assert.Null(result.Reason);
        Assert.InRange(result.Quality!.Value, 0.9, 1);
    }

    [Theory]
    [InlineData("does-not-compute", Apples, "Ann has 12 - 5 = 8 apples left. She buys 4 * 6 = 24 apples. She has 8 + 24 = 32 apples.")]
    [InlineData("no-final-number", Apples, "Ann has some apples.")]
    [InlineData("no-calculation", Apples, "Ann gives 5 of 12 away and buys 4 bags of 6, so she has 31 apples.")]
    [InlineData("final-not-computed", Apples, "Ann has 12 - 5 = 7 apples left. She buys 4 * 6 = 24 apples. She has 99 apples.")]
    [InlineData("given-unused", Apples, "Ann has 12 + 4 = 16 apples.")]
    [InlineData("fraction-of-a-count", Apples, "Ann has 12 / 5 = 2.4 apples. She buys 4 * 6 = 24 apples. She has 2.4 + 24 = 26.4 apples.")]
    [InlineData("negative", "A shop has 5 cups and sells 8 cups at $2 each. What did it make, after it paid $20 for 4 boxes?", "It makes 8 * 2 = 16 dollars from 5 + 8 = 13 cups. The 4 boxes cost 20 / 4 = 5 each. It made 16 - 20 = -4 dollars.")]
    [InlineData("from-nowhere", Apples, "Ann has 12 - 5 = 7 apples left. She buys 4 * 6 = 24 apples. With 17 + 23 = 40 more she has 7 + 24 + 40 = 71 apples.")]
    [InlineData("against-comparison", "Tim has 9 fewer cards than Sam, who has 30 cards. How many cards do the 2 boys have?", "Tim has 30 + 9 = 39 cards, fewer, 30 - 0 = 30 for Sam. The 2 boys have 39 + 30 = 69 cards.")]
    [InlineData("other-thing", "Each of 3 boxes has 4 pens. How many pens are there?", "There are 3 * 4 = 12 boxes.")]
    [InlineData("nothing-taken-away", "Ann has 12 apples. She lost 5 of them. How many apples does she have?", "Ann has 12 + 5 = 17 apples.")]
    [InlineData("hesitant", "Each of 3 boxes has 4 pens. How many pens are there?", "However, it is unclear; assuming no mistake, 3 * 4 = 12 pens.")]
    [InlineData("result-unused", "Each of 3 boxes has 4 pens and 5 cups. How many pens are there?", "There are 3 * 5 = 15 cups. There are 3 * 4 = 12 pens.")]
    public void Each_fault_is_found_and_lowers_the_degree(string code, string question, string answer)
    {
        CheckResult result = Check(question, answer);

        Assert.True(result.Findings!.GetValueOrDefault(code) > 0, string.Join(", ", result.Findings!.Select(f => f.Key)));
        Assert.Equal(CheckVerdict.Pass, result.Verdict);
        Assert.True(result.Quality < Check(Apples, Right).Quality);
    }

    [Fact]
    public void The_reason_is_the_gravest_finding() =>
        Assert.Equal("does-not-compute", Check(Apples, "However, Ann has 12 - 5 = 8 apples left. She buys 4 * 6 = 24 apples. She has 8 + 24 = 32 apples.").Reason);

    [Theory]
    [InlineData("Tell me about apples.", "Apples are 3 * 4 = 12.")]
    [InlineData(Apples, "")]
    [InlineData("", "4 + 4 = 8")]
    public void Without_quantities_or_an_answer_it_cannot_say(string question, string answer) => Assert.Equal(CheckResult.Unknown, Check(question, answer));

    [Fact]
    public void A_question_full_of_numbers_is_a_document_and_no_word_problem() =>
        Assert.Equal(CheckResult.Unknown, Check(string.Join(", ", Enumerable.Range(100, 60)) + ": how many are there?", "There are 100 + 1 = 101."));

    [Fact]
    public void A_json_answer_is_read_like_its_texts()
    {
        CheckResult json = Check(Apples, $$"""{"reasoning": "{{Right}}", "answer": "31"}""");

        Assert.Null(json.Reason);
        Assert.Equal(Check(Apples, Right).Quality!.Value, json.Quality!.Value, 2);
    }

    [Fact]
    public void A_step_that_is_right_as_arithmetic_and_wrong_as_an_idea_is_not_seen() =>
        Assert.Null(Check(Apples, "Ann has 12 - 5 = 7 apples left. She buys 4 + 6 = 10 apples. She has 7 + 10 = 17 apples.").Reason);

    private static CheckResult Check(string question, string answer) =>
        new CalculationCheck().CheckAsync(new AnswerCheckContext(
            [new ChatMessage(ChatRole.System, "Be brief."), new ChatMessage(ChatRole.User, question)], null, new ChatResponse(new ChatMessage(ChatRole.Assistant, answer)), new ModelInfo("m")))
            .AsTask().GetAwaiter().GetResult();
}
