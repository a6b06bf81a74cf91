using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Requests;
using TokenThrift.Routing;
using TokenThrift.Tests.TestSupport;
using TokenThrift.TestSupport;
using static TokenThrift.Tests.Routing.RoutingTestKit;

namespace TokenThrift.Tests.Routing.Learning;

/// <summary>A conversation whose turns come to one process after another, as behind a load balancer without affinity.</summary>
public sealed class SharedConversationTests : IDisposable
{
    private static readonly ChatOptions Weather = new() { Tools = [AIFunctionFactory.Create((string city) => city, "weather")] };
    private readonly MemoryStore _store = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FakeLogger<CheapestCapableChatClient> _log = new();
    private readonly List<CheapestCapableChatClient> _routers = [];
    private readonly List<ChatMessage> _history = [new(ChatRole.User, "what is the weather?")];

    // The cheap one is not the default: what a provider holds is only found where it is known who that is.
    private ScriptedChatClient? _cheap;
    private bool _cheapFails;
    private ResponseContinuationToken? _token;

    public void Dispose() => _routers.ForEach(router => router.Dispose());

    [Theory]
    [InlineData(false, "shared", true)]
    [InlineData(true, "shared", true)]
    [InlineData(false, null, false)]
    public async Task Reasoning_goes_back_to_the_model_that_wrote_it_from_another_process(bool streamed, string? secret, bool isKept)
    {
        ChatResponse answer = await Router(secret).AskAsync(streamed, [.. _history]);

        // As an application keeps it meanwhile.
        _history.AddRange(JsonSerializer.Deserialize<List<ChatMessage>>(JsonSerializer.Serialize(answer.Messages, AIJsonUtilities.DefaultOptions), AIJsonUtilities.DefaultOptions)!);
        _history.Add(new ChatMessage(ChatRole.User, "and tomorrow?"));
        await Router(secret).AskAsync(streamed, [.. _history]);
        Assert.Equal(isKept, _cheap!.Calls[^1].Messages.SelectMany(m => m.Contents).Any(c => c is TextReasoningContent { Text: "thinking", ProtectedData: "signed" }));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Loop_stays_with_its_model_when_its_tool_has_answered_in_another_process(bool streamed)
    {
        _cheapFails = true;
        Assert.Equal("dear", (await Router().AskAsync(streamed, [.. _history], Weather)).Text);
        _cheapFails = false;
        Step();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(("dear", "locked"), await ExplainAsync(Router()));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Turns_that_go_from_one_process_to_the_other_and_back_are_one_conversation(bool streamed)
    {
        CheapestCapableChatClient one = Router(), other = Router();
        Assert.Equal("cheap", await TurnAsync(one));
        _cheapFails = true;
        Assert.Equal("dear", await TurnAsync(other));
        _cheapFails = false;

        // The one has last seen it at the cheap model; the tool's result comes to it.
        _history.RemoveAt(_history.Count - 1);
        _history[^1].Contents.Add(new FunctionCallContent("call_1", "weather", new Dictionary<string, object?> { ["city"] = "Oslo" }));
        _history.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("call_1", "fog")]));
        Assert.Equal(("dear", "locked"), await ExplainAsync(one));

        async Task<string> TurnAsync(CheapestCapableChatClient router)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            ChatResponse answer = await router.AskAsync(streamed, [.. _history]);
            _history.AddRange(answer.Messages);
            _history.Add(new ChatMessage(ChatRole.User, "and then?"));
            return answer.Text;
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task What_was_moved_up_in_one_process_stays_up_in_another_until_the_conversation_begins_anew(bool streamed)
    {
        CheapestCapableChatClient one = Router();
        for (int i = 0; i < 4; i++)
        {
            await one.AskAsync(streamed, [.. _history], Weather);
            Step();
        }

        _history.AddRange([new(ChatRole.Assistant, "sunny"), new(ChatRole.User, "and tomorrow?")]);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(("dear", "stays-escalated"), await ExplainAsync(Router()));

        _history.RemoveRange(1, _history.Count - 1);
        await Router().AskAsync(streamed, [.. _history], Weather);
        _history.AddRange([new(ChatRole.Assistant, "cheap"), new(ChatRole.User, "and tomorrow?")]);
        Assert.Equal("cheap", (await ExplainAsync(Router())).Chosen);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task What_a_provider_holds_is_asked_of_it_from_another_process(bool streamed)
    {
        ChatResponse first = await Router().AskAsync(streamed, [.. _history]);
        Assert.Equal("held", first.ConversationId);
        var (_, routing, error) = await Router().AskRecordedAsync(streamed, "go on", new ChatOptions { ConversationId = "held" });
        Assert.Null(error);
        Assert.Equal("cheap", routing.ServedModelId);
        (_, routing, _) = await Router(secret: null).AskRecordedAsync(streamed, "go on", new ChatOptions { ConversationId = "held" });
        Assert.Equal("dear", routing.ServedModelId);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Process_that_knows_the_latest_answer_does_not_ask_the_store(bool streamed)
    {
        CheapestCapableChatClient router = Router();
        for (int i = 0; i < 5; i++)
        {
            _history.AddRange((await router.AskAsync(streamed, [.. _history])).Messages);
            _history.Add(new ChatMessage(ChatRole.User, "and then?"));
            _store.Hangs = "tokenthrift:routing";
        }

        Assert.False(_store.Hung.IsCompleted);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Answer_that_is_not_finished_is_found_by_its_token_and_by_its_conversation(bool isByToken)
    {
        _token = ResponseContinuationToken.FromBytes(new byte[] { 1, 2, 3 });
        await Router().GetResponseAsync([.. _history]);
        var options = new ChatOptions { ConversationId = isByToken ? null : "held", ContinuationToken = isByToken ? _token : null };
        Assert.Equal("cheap", (await Router().AskRecordedAsync(streamed: false, "go on", options)).Routing.ServedModelId);
    }

    [Fact]
    public async Task Same_words_of_another_tenant_are_another_conversation()
    {
        _cheapFails = true;
        await Router().GetResponseAsync([.. _history], Of("one"));
        _cheapFails = false;
        Step();
        Assert.Equal("locked", (await Router().ExplainAsync(_history, Of("one"))).Reason);
        Assert.NotEqual("locked", (await Router().ExplainAsync(_history, Of("other"))).Reason);

        static ChatOptions Of(string tenant)
        {
            ChatOptions options = Weather.Clone();
            RequestSettings.Tenant.Set(options, tenant);
            return options;
        }
    }

    [Fact]
    public async Task Nothing_of_it_is_kept_in_clear_or_without_an_end()
    {
        await Router().GetResponseAsync([.. _history]);
        Assert.Equal(2, _store.Keys.Count(key => key.StartsWith("tokenthrift:routing:", StringComparison.Ordinal)));
        Assert.All(["weather", "thinking", "cheap", "held", "shared"], word => Assert.DoesNotContain(word, _store.All, StringComparison.OrdinalIgnoreCase));
        Assert.All(_store.Lives.Values, life => Assert.InRange(life, TimeSpan.FromDays(1), TimeSpan.FromDays(30)));
    }

    [Theory]
    [InlineData(false, "spoilt")]
    [InlineData(true, "spoilt")]
    [InlineData(false, "read-only")]
    [InlineData(true, "read-only")]
    [InlineData(false, "hangs")]
    [InlineData(true, "hangs")]
    public async Task Store_that_fails_breaks_no_turn(bool streamed, string fault)
    {
        await Router().GetResponseAsync([.. _history]);
        _history.AddRange([new(ChatRole.Assistant, "cheap"), new(ChatRole.User, "and tomorrow?")]);
        if (fault == "spoilt")
        {
            _store.Spoil();
        }

        _store.IsReadOnly = fault == "read-only";
        _store.Hangs = fault == "hangs" ? "tokenthrift:routing" : null;
        CheapestCapableChatClient router = Router();
        for (int i = 0; i < 5; i++)
        {
            Task<ChatResponse> asked = router.AskAsync(streamed, [.. _history]);
            while (!asked.IsCompleted)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(1);
            }

            Assert.Equal("cheap", (await asked).Text);
        }

        Assert.InRange(_log.Collector.GetSnapshot().Count(entry => entry.Message.Contains("The store of", StringComparison.Ordinal)), 1, 3);
    }

    [Fact]
    public void Long_conversation_keeps_its_latest_messages()
    {
        var kept = new KeptConversation { Leg = "a" };
        for (ulong i = 0; i < 1_000; i++)
        {
            kept = kept.With(i % 2 == 0 ? "even" : "odd", [i]);
        }

        Assert.Equal(512, kept.Messages.Length);
        Assert.Null(kept.AuthorOf(487));
        Assert.Equal(("even", "odd"), (kept.AuthorOf(488), kept.AuthorOf(999)));
        kept = kept.With("many", [.. Enumerable.Range(0, 600).Select(i => (ulong)i + 5_000)]);
        Assert.Equal(512, kept.Messages.Length);
        Assert.Equal(kept.Messages.Length, kept.Authors.Length);
        Assert.Null(kept.AuthorOf(999));
        Assert.Equal("many", kept.AuthorOf(5_599));
    }

    // The same call again and again: the fourth finds it stuck.
    private void Step()
    {
        _history.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("call_1", "weather", new Dictionary<string, object?> { ["city"] = "Oslo" })]));
        _history.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("call_1", "fog")]));
    }

    private async Task<(string? Chosen, string Reason)> ExplainAsync(CheapestCapableChatClient router)
    {
        RoutingDecision decision = await router.ExplainAsync(_history, Weather);
        return (decision.ChosenModelId, decision.Reason);
    }

    private CheapestCapableChatClient Router(string? secret = "shared")
    {
        var answer = new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("thinking") { ProtectedData = "signed" }, new TextContent("cheap")]);
        _cheap = new ScriptedChatClient((_, _) => _cheapFails
            ? Task.FromException<ChatResponse>(Http(500))
            : Task.FromResult(new ChatResponse(answer) { FinishReason = ChatFinishReason.Stop, ConversationId = "held", ContinuationToken = _token }));
        var router = new CheapestCapableChatClient(
            [Leg("dear", 10, new ScriptedChatClient("dear")), Leg("cheap", 1, _cheap)],
            new RoutingOptions { RetriesPerModel = 0, Secret = secret },
            time: _time,
            logger: _log,
            store: _store);
        _routers.Add(router);
        return router;
    }
}
