using Microsoft.Extensions.AI;
using TokenThrift.Receipts;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using static TokenThrift.Tests.Routing.RoutingTestKit;

namespace TokenThrift.Tests.Routing;

public class AnswerAgreementTests
{
    [Theory]
    [InlineData("42", "42.00")]
    [InlineData("$1,200", "1200.")]
    [InlineData("Oslo", " oslo. ")]
    [InlineData("""{"answer":"18","reasoning":"Sixteen less three less four is nine; nine times two."}""", """{"reasoning":"She keeps nine eggs, and each of them is sold for two.","answer":"$18.00"}""")]
    [InlineData("""{"a":[1,2.0],"b":true}""", "```json\n{\"b\":true,\"a\":[1.0,2],}\n```")]
    public void Answers_that_say_the_same_have_one_key(string left, string right) => Assert.Equal(Key(left), Key(right));

    [Theory]
    [InlineData("42", "43")]
    [InlineData("42", "-42")]
    [InlineData("Oslo", "Rome")]
    [InlineData("""{"answer":"18"}""", """{"answer":"19"}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""")]
    [InlineData("""{"a":1}""", """{"b":1}""")]
    public void Answers_that_differ_have_two(string left, string right) => Assert.NotEqual(Key(left), Key(right));

    [Fact]
    public void Prose_has_no_key() => Assert.Null(Key("The capital of Norway is Oslo, which lies at the head of a long fjord in the south."));

    [Fact]
    public void Tool_calls_agree_by_name_and_arguments_in_any_order()
    {
        static FunctionCallContent Call(string id, string city) => new(id, "forecast", new Dictionary<string, object?> { ["city"] = city });
        static string? Of(params AIContent[] contents) => AnswerKeys.Of(new ChatResponse(new ChatMessage(ChatRole.Assistant, contents)));

        Assert.Equal(Of(Call("1", "Oslo"), Call("2", "Rome")), Of(Call("x", "Rome"), Call("y", "Oslo")));
        Assert.NotEqual(Of(Call("1", "Oslo")), Of(Call("1", "Rome")));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Two_cheap_models_that_agree_are_served_without_the_strong_one(bool streamed)
    {
        var strong = new ScriptedChatClient("42");
        using CheapestCapableChatClient router = Trio("42", "42.0", strong);

        var (response, routing, _) = await router.AskRecordedAsync(streamed, "how many?");

        Assert.Contains("42", response!.Text, StringComparison.Ordinal);
        Assert.Empty(strong.Calls);
        Assert.Equal(2, routing.Attempts.Count);
        Assert.False(routing.IsDegraded);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Two_cheap_models_that_differ_leave_it_to_the_strongest(bool streamed)
    {
        var strong = new ScriptedChatClient("44");
        using CheapestCapableChatClient router = Trio("42", "43", strong);

        var (response, routing, _) = await router.AskRecordedAsync(streamed, "how many?");

        Assert.Equal("44", response!.Text);
        Assert.Equal("strong", routing.ServedModelId);
        Assert.Equal([CallOutcome.Rejected, CallOutcome.Rejected, CallOutcome.Served], routing.Attempts.Select(a => a.Outcome));
        Assert.Equal("disagreement", routing.Attempts[1].Reason);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Prose_is_judged_by_the_other_checks_alone(bool streamed)
    {
        var strong = new ScriptedChatClient("44");
        using CheapestCapableChatClient router = Trio("The capital of Norway is Oslo, which lies at the head of a long fjord in the south.", "unused", strong);

        var (response, _, _) = await router.AskRecordedAsync(streamed, "what is the capital of Norway?");

        Assert.StartsWith("The capital", response!.Text, StringComparison.Ordinal);
        Assert.Empty(strong.Calls);
    }

    private static string? Key(string text) => AnswerKeys.Of(new ChatResponse(new ChatMessage(ChatRole.Assistant, text)));

    private static CheapestCapableChatClient Trio(string first, string second, ScriptedChatClient strong) => Router(
        new RoutingOptions { RequireAgreement = true, RetriesPerModel = 0 },
        Leg("cheap", 1, new ScriptedChatClient(first)),
        Leg("other", 2, new ScriptedChatClient(second)),
        Leg("strong", 20, strong));
}
