using Microsoft.Extensions.AI;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

public sealed class MultiTurnTests
{
    private const string Main = "Who runs the company?";
    private const string MainReworded = "who runs the  company";
    private const string FollowUp = "How old is he?";
    private const string FollowUpReworded = "how old is he";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Follow_up_is_served_where_its_parent_was_served_the_same_entry(bool streamed)
    {
        using CacheBench bench = Bench();
        await ConverseAsync(bench, streamed, Main, FollowUp);
        Assert.Equal(2, bench.Calls);
        (ChatResponse response, CacheRecord record) = await ConverseAsync(bench, streamed, MainReworded, FollowUpReworded);
        Assert.Equal(2, bench.Calls);
        Assert.Equal((CacheTier.Semantic, "hit-folded"), (record.Tier, record.Reason));
        Assert.Equal(Answer(FollowUp, 1), response.Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Conversations_go_on_together_over_many_turns(bool streamed)
    {
        using CacheBench bench = Bench();
        await ConverseAsync(bench, streamed, Main, FollowUp, "Where was he born?", "And when?");
        (ChatResponse _, CacheRecord record) = await ConverseAsync(bench, streamed, MainReworded, FollowUpReworded, "where was he born", "and when");
        Assert.Equal(4, bench.Calls);
        Assert.Equal("hit-folded", record.Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Same_follow_up_under_another_parent_misses(bool streamed)
    {
        using CacheBench bench = Bench();
        await ConverseAsync(bench, streamed, Main, FollowUp);
        await ConverseAsync(bench, streamed, "Who runs the town?", FollowUp);
        await ConverseAsync(bench, streamed, "Who runs the town?", FollowUpReworded);
        Assert.Equal(4, bench.Calls);
    }

    public static TheoryData<string, ChatMessage[]> OtherHistories() => new()
    {
        { "another answer", [new(ChatRole.User, Main), new(ChatRole.Assistant, "Somebody else.")] },
        { "another question with the same answer", [new(ChatRole.User, "Who owns the company?"), new(ChatRole.Assistant, Answer(Main, 0))] },
        { "a system prompt", [new(ChatRole.System, "Be brief."), new(ChatRole.User, Main), new(ChatRole.Assistant, Answer(Main, 0))] },
        { "a turn more", [new(ChatRole.User, "Hello."), new(ChatRole.Assistant, "Hello."), new(ChatRole.User, Main), new(ChatRole.Assistant, Answer(Main, 0))] },
        { "what was thought", [new(ChatRole.User, Main), new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent(Answer(Main, 0))])] },
        { "a named speaker", [new(ChatRole.User, Main), new(ChatRole.Assistant, Answer(Main, 0)) { AuthorName = "clerk" }] },
        { "no answer", [new(ChatRole.User, Main)] },
        { "a picture in the answer", [new(ChatRole.User, Main), new(ChatRole.Assistant, [new TextContent(Answer(Main, 0)), new DataContent(new byte[] { 1 }, "image/png")])] },
        { "a tool's result", [new(ChatRole.User, Main), new(ChatRole.Assistant, [new FunctionCallContent("c", "f")]), new(ChatRole.Tool, [new FunctionResultContent("c", "r")]), new(ChatRole.Assistant, Answer(Main, 0))] },
    };

    [Theory]
    [MemberData(nameof(OtherHistories))]
    public async Task Any_other_history_misses(string what, ChatMessage[] history)
    {
        using CacheBench bench = Bench();
        await ConverseAsync(bench, false, Main, FollowUp);
        Assert.Equal(CacheTier.None, (await bench.AskAsync(false, [.. history, new(ChatRole.User, FollowUp)])).Record.Tier);
        Assert.True(bench.Calls == 3, what);

        // The same history again: equal to itself, whatever it is.
        Assert.Equal("hit-folded", (await bench.AskAsync(true, [.. history, new(ChatRole.User, FollowUpReworded)])).Record.Reason);
    }

    [Fact]
    public async Task Others_do_not_go_on_from_a_turn_that_is_not_theirs()
    {
        using CacheBench bench = Bench();
        await ConverseAsync(bench, false, Main, FollowUp);
        ChatMessage[] request = [new(ChatRole.User, Main), new(ChatRole.Assistant, Answer(Main, 0)), new(ChatRole.User, FollowUpReworded)];
        Assert.Equal(CacheTier.None, (await bench.AskAsync(false, request, CacheBench.For(user: "another"))).Record.Tier);
        Assert.Equal(CacheTier.None, (await bench.AskAsync(false, request, new ChatOptions { Temperature = 0.1f })).Record.Tier);
    }

    [Fact]
    public async Task By_default_a_question_with_turns_before_it_shares_with_identical_requests_only()
    {
        using var bench = new CacheBench();
        ChatMessage[] history = [new(ChatRole.User, Main), new(ChatRole.Assistant, "Ann.")];
        await bench.AskAsync(false, [.. history, new(ChatRole.User, FollowUp)]);
        Assert.Equal(CacheTier.Exact, (await bench.AskAsync(false, [.. history, new(ChatRole.User, FollowUp)])).Record.Tier);
        Assert.Equal(CacheTier.None, (await bench.AskAsync(false, [.. history, new(ChatRole.User, FollowUpReworded)])).Record.Tier);
    }

    [Fact]
    public async Task Hit_that_was_wrong_takes_what_follows_with_it()
    {
        using CacheBench bench = Bench();
        await ConverseAsync(bench, false, Main, FollowUp);
        (ChatResponse parent, _) = await bench.AskAsync(false, MainReworded);
        Assert.True(await bench.Client.GetService<ICacheFeedback>()!.ReportWrongAsync(CacheHit.Find(parent)!.HitId));
        ChatMessage[] request = [new(ChatRole.User, MainReworded), new(ChatRole.Assistant, parent.Text), new(ChatRole.User, FollowUpReworded)];
        Assert.Equal(CacheTier.None, (await bench.AskAsync(false, request)).Record.Tier);
    }

    [Fact]
    public async Task Message_that_is_not_the_users_is_never_compared()
    {
        using CacheBench bench = Bench();
        ChatMessage[] Request(string result) =>
            [new(ChatRole.User, Main), new(ChatRole.Assistant, [new FunctionCallContent("c", "f")]), new(ChatRole.Tool, [new FunctionResultContent("c", result)])];
        await bench.AskAsync(false, Request("A result."));
        Assert.Equal(CacheTier.None, (await bench.AskAsync(false, Request("a result"))).Record.Tier);
        Assert.Equal(CacheTier.Exact, (await bench.AskAsync(false, Request("A result."))).Record.Tier);
    }

    private static CacheBench Bench() => new(new ScriptedChatClient(call => ScriptedChatClient.Answer(Answer(call.LastText, call.Index))), o => o.History = HistoryPolicy.SameParent);

    private static string Answer(string question, int index) => $"Answer {index} to: {question}";

    private static async Task<(ChatResponse Response, CacheRecord Record)> ConverseAsync(CacheBench bench, bool streamed, params string[] questions)
    {
        List<ChatMessage> history = [];
        (ChatResponse Response, CacheRecord Record) last = default;
        foreach (string question in questions)
        {
            history.Add(new(ChatRole.User, question));
            last = await bench.AskAsync(streamed, history);
            history.AddMessages(last.Response);
        }

        return last;
    }
}
