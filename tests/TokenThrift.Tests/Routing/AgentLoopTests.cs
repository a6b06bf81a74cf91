using Microsoft.Extensions.AI;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using static TokenThrift.Tests.Routing.RoutingTestKit;

namespace TokenThrift.Tests.Routing;

/// <summary>When the model of a conversation may change, and when it must.</summary>
public class AgentLoopTests
{
    private static readonly AITool Tool = AIFunctionFactory.Create((string city) => city, "weather");

    [Theory, InlineData(false), InlineData(true)]
    public async Task Same_call_three_times_in_six_moves_the_loop_one_tier_up_and_it_stays(bool streamed)
    {
        var (router, clients) = Three();
        List<ChatMessage> history = [new(ChatRole.User, "what is the weather?")];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("cheap", await StepAsync(router, streamed, history, Call("Oslo"), "fog"));
        }

        Assert.Equal("middle", await StepAsync(router, streamed, history, Call("Bergen"), "sun"));
        Assert.Equal("middle", await StepAsync(router, streamed, history, Call("Tromso"), "snow"));
        history.Add(new ChatMessage(ChatRole.User, "and tomorrow?"));
        Assert.Equal("middle", await StepAsync(router, streamed, history, Call("Alta"), "rain"));
        Assert.Empty(clients["dear"].Calls);
        router.Dispose();
    }

    [Theory]
    [InlineData(false, "Error: Function failed.")]
    [InlineData(true, "Error: Function failed.")]
    [InlineData(false, """{"error": {"code": 7}}""")]
    [InlineData(true, """{"isError": true, "content": []}""")]
    public async Task Three_tool_errors_in_a_row_move_the_loop_up(bool streamed, string error)
    {
        var (router, _) = Three();
        List<ChatMessage> history = [new(ChatRole.User, "what is the weather?")];
        string[] cities = ["Oslo", "Rome", "Bonn"];
        foreach (string city in cities)
        {
            Assert.Equal("cheap", await StepAsync(router, streamed, history, Call(city), error));
        }

        Assert.Equal("middle", await StepAsync(router, streamed, history, Call("Bern"), "sun"));
        router.Dispose();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Different_calls_and_a_single_error_move_nothing(bool streamed)
    {
        var (router, clients) = Three();
        List<ChatMessage> history = [new(ChatRole.User, "what is the weather?")];
        foreach ((string city, string result) in new[] { ("Oslo", "fog"), ("Rome", "Error: down"), ("Oslo", "fog"), ("Bonn", "{\"error\": null}"), ("Bern", "sun") })
        {
            Assert.Equal("cheap", await StepAsync(router, streamed, history, Call(city), result));
        }

        Assert.Empty(clients["middle"].Calls);
        router.Dispose();
    }

    [Fact]
    public void Arguments_in_another_order_are_the_same_call()
    {
        List<ChatMessage> history = [new(ChatRole.User, "q")];
        foreach (string[] order in new[] { new[] { "a", "b" }, ["b", "a"], ["a", "b"] })
        {
            history.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", "f", order.ToDictionary(k => k, k => (object?)k))]));
            history.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", "x")]));
        }

        Assert.Equal(StallKind.RepeatedCall, AgentLoop.StallOf(history));
    }

    [Fact]
    public void A_new_question_of_the_user_ends_the_stall()
    {
        List<ChatMessage> history = [new(ChatRole.User, "q")];
        for (int i = 0; i < 3; i++)
        {
            history.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", "f")]));
            history.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", "x")]));
        }

        Assert.Equal(StallKind.RepeatedCall, AgentLoop.StallOf(history));
        Assert.Equal(StallKind.None, AgentLoop.StallOf([.. history, new ChatMessage(ChatRole.User, "thanks, and now?")]));
    }

    [Fact]
    public void A_loop_is_locked_while_a_result_is_pending_or_just_in()
    {
        ChatMessage[] asked = [new(ChatRole.User, "q"), new(ChatRole.Assistant, [new FunctionCallContent("1", "f")])];
        ChatMessage result = new(ChatRole.Tool, [new FunctionResultContent("1", "x")]);

        Assert.True(AgentLoop.IsLocked(asked));
        Assert.True(AgentLoop.IsLocked([.. asked, result]));
        Assert.True(AgentLoop.IsLocked([.. asked, new ChatMessage(ChatRole.User, "hurry")]));
        Assert.False(AgentLoop.IsLocked([.. asked, result, new ChatMessage(ChatRole.Assistant, "done"), new ChatMessage(ChatRole.User, "next")]));
        Assert.False(AgentLoop.IsLocked([asked[0]]));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_loop_in_the_middle_of_its_calls_stays_where_it_is_though_another_is_cheaper(bool streamed)
    {
        // The cheap model cannot see; the picture scrolls out of the later questions, the loop stays.
        var cheap = new ScriptedChatClient("from cheap");
        var dear = new ScriptedChatClient(call => call.Index == 0 ? ScriptedChatClient.ToolCall("weather", new Dictionary<string, object?> { ["city"] = "Oslo" }) : ScriptedChatClient.Answer("from dear"));
        using CheapestCapableChatClient router = Router(null, new ModelLeg(Model("cheap", 1) with { ContextTokens = 400 }, cheap), Leg("dear", 10, dear));
        List<ChatMessage> history = [new(ChatRole.User, string.Concat(Enumerable.Repeat("many words ", 400)))];
        var options = new ChatOptions { Tools = [Tool], MaxOutputTokens = 20 };
        ChatResponse call = await router.AskAsync(streamed, history, options);
        history = [history[0], .. call.Messages, new(ChatRole.Tool, [new FunctionResultContent("call_1", "fog")])];

        var (response, routing, _) = await router.AskRecordedAsync(streamed, history, options);

        Assert.Equal("from dear", response!.Text);
        Assert.Empty(cheap.Calls);
        Assert.Contains(routing.Reason, new[] { "locked", "only-capable" });
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_reason_says_that_the_loop_is_locked(bool streamed)
    {
        var (router, clients) = Three();
        List<ChatMessage> history = [new(ChatRole.User, "what is the weather?")];
        await StepAsync(router, streamed, history, Call("Oslo"), "fog");

        var (_, routing, _) = await router.AskRecordedAsync(streamed, history, new ChatOptions { Tools = [Tool] });

        Assert.Equal("locked", routing.Reason);
        Assert.Equal(2, clients["cheap"].Calls.Count);
        router.Dispose();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_model_that_fails_in_a_locked_loop_is_replaced_and_its_successor_sees_a_portable_history(bool streamed)
    {
        bool down = false;
        var cheap = new ScriptedChatClient((_, _) => down ? Task.FromException<ChatResponse>(Http(500)) : Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant,
        [
            new TextReasoningContent("secret") { ProtectedData = "signature" },
            new FunctionCallContent("toolu_1", "weather", new Dictionary<string, object?> { ["city"] = "Oslo" }),
        ]))));
        var dear = new ScriptedChatClient("fog in Oslo");
        using CheapestCapableChatClient router = Router(null, Leg("cheap", 1, cheap), Leg("dear", 10, dear));
        List<ChatMessage> history = [new(ChatRole.User, "weather?")];
        var options = new ChatOptions { Tools = [Tool] };
        ChatResponse call = await router.AskAsync(streamed, history, options);
        history = [history[0], .. call.Messages, new(ChatRole.Tool, [new FunctionResultContent("toolu_1", "fog")])];
        await router.AskAsync(streamed, history, options);
        Assert.Equal("signature", cheap.Calls[1].Messages[1].Contents.OfType<TextReasoningContent>().Single().ProtectedData);

        down = true;
        Assert.Equal("fog in Oslo", (await router.AskAsync(streamed, [history[0], .. call.Messages, history[^1]], options)).Text);

        IReadOnlyList<ChatMessage> seen = dear.Calls[0].Messages;
        Assert.DoesNotContain(seen.SelectMany(m => m.Contents), c => c is TextReasoningContent);
        string id = seen[1].Contents.OfType<FunctionCallContent>().Single().CallId;
        Assert.Matches("^[A-Za-z0-9]{9}$", id);
        Assert.Equal(id, seen[2].Contents.OfType<FunctionResultContent>().Single().CallId);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_model_that_took_over_sees_its_own_words_whole_and_the_others_portable(bool streamed)
    {
        bool down = true;
        ChatResponse Thought(string who) => new(new ChatMessage(ChatRole.Assistant, [new TextReasoningContent(who) { ProtectedData = who }, new TextContent($"by {who}")]));
        var cheap = new ScriptedChatClient((_, _) => down ? Task.FromResult(Thought("cheap")) : Task.FromException<ChatResponse>(Http(500)));
        var dear = new ScriptedChatClient(_ => Thought("dear"));
        using CheapestCapableChatClient router = Router(null, Leg("cheap", 1, cheap), Leg("dear", 10, dear));
        List<ChatMessage> history = [new(ChatRole.User, "one")];
        foreach (string question in new[] { "two", "three" })
        {
            ChatResponse response = await router.AskAsync(streamed, history);
            history = [.. history, .. response.Messages, new(ChatRole.User, question)];
            down = false;
        }

        await router.AskAsync(streamed, history);

        IReadOnlyList<ChatMessage> seen = dear.Calls[^1].Messages;
        Assert.Equal(["dear"], seen.SelectMany(m => m.Contents).OfType<TextReasoningContent>().Select(r => r.ProtectedData));
        Assert.Equal(["one", "by cheap", "two", "by dear", "three"], seen.Select(m => m.Text));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_conversation_that_a_provider_holds_stays_with_that_provider(bool streamed)
    {
        ChatResponse Held(string text)
        {
            ChatResponse response = ScriptedChatClient.Answer(text);
            response.ConversationId = "resp_1";
            return response;
        }

        var home = new ScriptedChatClient(_ => Held("from home"));
        var cheap = new ScriptedChatClient(_ => Held("from cheap"));
        using CheapestCapableChatClient router = Router(null, Leg("home", 10, home), Leg("cheap", 1, cheap));
        ChatResponse first = await router.AskAsync(streamed, "hello");
        Assert.Equal("from cheap", first.Text);

        var (second, routing, _) = await router.AskRecordedAsync(streamed, "go on", new ChatOptions { ConversationId = first.ConversationId });
        var (third, _, _) = await router.AskRecordedAsync(streamed, "go on", new ChatOptions { ConversationId = "made-elsewhere" });

        Assert.Equal("from cheap", second!.Text);
        Assert.StartsWith("state: ", routing.Excluded["home"], StringComparison.Ordinal);
        Assert.Equal("from home", third!.Text);
        Assert.Equal(["made-elsewhere"], home.Calls.Select(c => c.Options!.ConversationId));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task An_uploaded_file_is_sent_to_nobody_but_the_default_models_provider(bool streamed)
    {
        var home = new ScriptedChatClient("from home");
        var cheap = new ScriptedChatClient("from cheap");
        using CheapestCapableChatClient router = Router(null, Leg("home", 10, home), Leg("cheap", 1, cheap));

        ChatResponse response = await router.AskAsync(streamed, [new ChatMessage(ChatRole.User, [new TextContent("read it"), new HostedFileContent("file-1")])]);

        Assert.Equal("from home", response.Text);
        Assert.Empty(cheap.Calls);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Options_in_the_form_of_one_vendors_library_do_not_go_to_another(bool streamed)
    {
        var home = new ScriptedChatClient("");
        var other = new ScriptedChatClient("fine");
        using CheapestCapableChatClient router = Router(null, Leg("home", 1, home), Leg("other", 10, other));

        await router.AskAsync(streamed, "hello", new ChatOptions { RawRepresentationFactory = _ => "raw" });

        Assert.NotNull(home.Calls[0].Options!.RawRepresentationFactory);
        Assert.Null(other.Calls[0].Options!.RawRepresentationFactory);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Explain_moves_nothing(bool streamed)
    {
        var (router, _) = Three();
        List<ChatMessage> history = [new(ChatRole.User, "what is the weather?")];
        for (int i = 0; i < 3; i++)
        {
            await StepAsync(router, streamed, history, Call("Oslo"), "fog");
        }

        for (int i = 0; i < 2; i++)
        {
            RoutingDecision decision = await router.ExplainAsync(history, new ChatOptions { Tools = [Tool] });
            Assert.Equal(("middle", "stall-repeated-call"), (decision.ChosenModelId, decision.Reason));
        }

        router.Dispose();
    }

    private static (CheapestCapableChatClient Router, Dictionary<string, ScriptedChatClient> Clients) Three()
    {
        var clients = new Dictionary<string, ScriptedChatClient>();
        ModelLeg[] legs = [.. new[] { ("cheap", 1), ("middle", 3), ("dear", 10) }.Select(l =>
        {
            clients[l.Item1] = new ScriptedChatClient(_ => ScriptedChatClient.Answer(l.Item1));
            return Leg(l.Item1, l.Item2, clients[l.Item1]);
        })];
        return (Router(null, legs), clients);
    }

    private static FunctionCallContent Call(string city) => new("call_1", "weather", new Dictionary<string, object?> { ["city"] = city });

    // One step of an agent whose model says its own name; the call and its result are then written into the history.
    private static async Task<string> StepAsync(IChatClient router, bool streamed, List<ChatMessage> history, FunctionCallContent call, string result)
    {
        string who = (await router.AskAsync(streamed, [.. history], new ChatOptions { Tools = [Tool] })).Text;
        history.Add(new ChatMessage(ChatRole.Assistant, [call]));
        history.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("call_1", result)]));
        return who;
    }
}
