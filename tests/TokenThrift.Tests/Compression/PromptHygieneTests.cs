using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Compression;

public sealed class PromptHygieneTests : IDisposable
{
    private readonly List<PromptHygieneFinding> _findings = [];
    private readonly ScriptedChatClient _model = new("fine");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_clock_in_the_instructions_is_reported_once_and_moved_where_that_is_wanted(bool streamed)
    {
        using IChatClient reporting = Client(_ => { });
        using IChatClient moving = Client(o => o.MoveVolatileLines = true);
        foreach (IChatClient client in (IChatClient[])[reporting, moving])
        {
            List<ChatMessage> messages = [Clock("10:00:01"), new(ChatRole.User, "Hello")];
            await client.AskAsync(streamed, messages);
            messages[0] = Clock("10:00:09");
            messages.AddRange([new(ChatRole.Assistant, "Hi"), new(ChatRole.User, "And now?")]);
            await client.AskAsync(streamed, messages);
            Assert.Equal("Today is 2026-01-05.\nIt is 10:00:09 now.\nBe brief.", messages[0].Text);
        }

        Assert.Equal([new PromptHygieneFinding(PromptHygieneIssue.VolatileInstructions, 0, "the instructions hold '10:00:01'")], _findings);
        Assert.Equal("Today is 2026-01-05.\nBe brief.", _model.Calls[2].Messages[0].Text);
        Assert.Equal(["Today is 2026-01-05.\nBe brief.", "Hello", "Hi", "And now?", "[context that changes with every request]\nIt is 10:00:09 now."], _model.Calls[3].Messages.Select(m => m.Text));
    }

    [Fact]
    public async Task The_order_of_tools_is_reported_or_made_the_same()
    {
        using IChatClient reporting = Client(_ => { });
        await reporting.GetResponseAsync("Hello", Tools("b", "a"));
        await reporting.GetResponseAsync("Hello", Tools("a", "b"));
        Assert.Equal([PromptHygieneIssue.ToolOrder], _findings.Select(f => f.Issue));

        _findings.Clear();
        using IChatClient sorting = Client(o => o.SortTools = true);
        await sorting.GetResponseAsync("Hello", Tools("b", "a"));
        await sorting.GetResponseAsync("Hello", Tools("a", "b"));
        Assert.Empty(_findings);
        Assert.Equal(["a", "b"], _model.Calls[2].Options!.Tools!.Select(tool => tool.Name));
    }

    [Fact]
    public async Task A_tool_that_was_added_is_no_finding_and_a_changed_definition_is()
    {
        using IChatClient client = Client(_ => { });
        await client.GetResponseAsync("Hello", Tools("a"));
        await client.GetResponseAsync("Hello", Tools("a", "b"));
        Assert.Empty(_findings);
        await client.GetResponseAsync("Hello", new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "a", "now with another text"), .. Tools("b").Tools!] });
        Assert.Equal(new PromptHygieneFinding(PromptHygieneIssue.ToolDefinition, -1, "the definition of 'a' is not what it was"), Assert.Single(_findings));
    }

    [Fact]
    public async Task Json_in_another_order_is_reported_or_made_the_same()
    {
        using IChatClient reporting = Client(_ => { });
        using IChatClient sorting = Client(o => o.SortJson = true);
        foreach (IChatClient client in (IChatClient[])[reporting, sorting])
        {
            await client.GetResponseAsync([.. Conversations.Start().Call("t", """{"b": 1.50, "a": [ {"d": 1, "c": 2} ]}""", id: "c1")]);
            await client.GetResponseAsync([.. Conversations.Start().Call("t", """{"a":[{"c":2,"d":1}],"b":1.50}""", id: "c1"), new(ChatRole.User, "Next")]);
        }

        Assert.Equal(new PromptHygieneFinding(PromptHygieneIssue.UnstableJson, 3, "the same JSON in another order"), Assert.Single(_findings));
        Assert.Equal(["""{"a":[{"c":2,"d":1}],"b":1.50}""", """{"a":[{"c":2,"d":1}],"b":1.50}"""], _model.Calls.Skip(2).Select(call => call.Messages[3].ResultText()));
    }

    [Fact]
    public async Task Arguments_of_calls_are_put_in_order_too()
    {
        using IChatClient client = Client(o => o.SortJson = true);
        await client.GetResponseAsync([
            new(ChatRole.User, "Hello"),
            new(ChatRole.Assistant, [new FunctionCallContent("c1", "t", new Dictionary<string, object?> { ["z"] = 1, ["a"] = JsonDocument.Parse("""{"y":1,"x":2}""").RootElement })]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", "ok")])]);
        Assert.Equal("""{"a":{"x":2,"y":1},"z":1}""", JsonSerializer.Serialize(_model.Calls[0].Messages[1].Contents.OfType<FunctionCallContent>().Single().Arguments));
    }

    [Fact]
    public async Task A_history_that_was_changed_is_reported_and_the_same_question_in_a_new_session_is_not()
    {
        using IChatClient client = Client(_ => { });
        List<ChatMessage> messages = [new(ChatRole.User, "Hello"), new(ChatRole.Assistant, "Hi"), new(ChatRole.User, "More")];
        await client.GetResponseAsync([messages[0]]);
        await client.GetResponseAsync(messages);
        await client.GetResponseAsync([messages[0]]);
        Assert.Empty(_findings);
        await client.GetResponseAsync(messages);
        await client.GetResponseAsync([messages[0], new(ChatRole.Assistant, "Hi!"), messages[2], new(ChatRole.Assistant, "Yes"), new(ChatRole.User, "And?")]);
        Assert.Equal((PromptHygieneIssue.ChangedHistory, 1), (Assert.Single(_findings).Issue, _findings[0].MessageIndex));
    }

    [Fact]
    public async Task A_callback_that_throws_does_not_break_the_call()
    {
        using IChatClient client = Client(o => o.OnFinding = _ => throw new InvalidOperationException("mine"));
        Assert.Equal("fine", (await client.GetResponseAsync([Clock("10:00:01"), new(ChatRole.User, "Hello")])).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Breakpoints_are_marked_on_copies_after_the_instructions_the_last_request_and_at_the_end(bool streamed)
    {
        using IChatClient client = Client(o => (o.MarkBreakpoints, o.WriteBreakpoint) = (true, message =>
        {
            message.AdditionalProperties!["cache_control"] = "ephemeral";
            return message;
        }
        ));
        List<ChatMessage> messages = [.. Conversations.Start().Call("t", "r1").Call("t", "r2")];
        await client.AskAsync(streamed, messages);

        IReadOnlyList<ChatMessage> sent = _model.Calls[0].Messages;
        Assert.Equal([0, 3, 5], Enumerable.Range(0, 6).Where(i => PromptCacheBreakpoints.IsMarked(sent[i])));
        Assert.All((int[])[0, 3, 5], i => Assert.Equal("ephemeral", sent[i].AdditionalProperties!["cache_control"]));
        Assert.DoesNotContain(messages, PromptCacheBreakpoints.IsMarked);
        // What the next request shares with this one ends where this one ended.
        Assert.Contains(5, PromptCacheBreakpoints.Choose([.. messages, new(ChatRole.Assistant, "a"), new(ChatRole.User, "b")]));
    }

    [Fact]
    public void The_applications_own_marks_stay_and_there_are_never_more_than_four()
    {
        ChatMessage[] messages = [.. Enumerable.Range(0, 9).Select(i => new ChatMessage(i % 2 == 0 ? ChatRole.User : ChatRole.Assistant, $"m{i}"))];
        Assert.Empty(PromptCacheBreakpoints.Choose([]));
        PromptCacheBreakpoints.Mark(messages[1]);
        PromptCacheBreakpoints.Mark(messages[3]);
        PromptCacheBreakpoints.Mark(messages[4]);
        Assert.Equal([1, 3, 4, 8], PromptCacheBreakpoints.Choose(messages));
    }

    public void Dispose() => _model.Dispose();

    private static ChatMessage Clock(string time) => new(ChatRole.System, $"Today is 2026-01-05.\nIt is {time} now.\nBe brief.");

    private static ChatOptions Tools(params string[] names) => new() { Tools = [.. names.Select(name => AIFunctionFactory.Create(() => 1, name, $"does {name}"))] };

    private IChatClient Client(Action<PromptHygieneOptions> configure) => _model.AsBuilder().UsePromptHygiene(o =>
    {
        o.OnFinding = _findings.Add;
        configure(o);
    }).Build();
}
