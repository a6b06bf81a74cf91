using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;
using static TokenThrift.Tests.Routing.RoutingTestKit;

namespace TokenThrift.Tests.Routing;

/// <summary>What happens on the way of one request, beyond whom it begins with.</summary>
public class RouteRunTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task A_deployment_that_asks_for_rest_is_passed_over_by_its_other_models_while_one_elsewhere_is_left(bool streamed)
    {
        var shared = new ScriptedChatClient("from the same deployment");
        var elsewhere = new ScriptedChatClient("from elsewhere");
        using CheapestCapableChatClient router = Router(
            null,
            Leg("cheap", 1, Failing(Http(402))) with { Deployment = "key" },
            Leg("middle", 2, shared) with { Deployment = "key" },
            Leg("dear", 10, elsewhere));

        Assert.Equal("from elsewhere", (await router.AskAsync(streamed, "hello")).Text);
        Assert.Empty(shared.Calls);
    }

    [Theory]
    [InlineData(false, WhenAllRest.AskFirstToRecover)]
    [InlineData(true, WhenAllRest.AskFirstToRecover)]
    [InlineData(false, WhenAllRest.Throw)]
    [InlineData(true, WhenAllRest.Throw)]
    public async Task Where_only_models_at_rest_are_left_the_setting_decides(bool streamed, WhenAllRest setting)
    {
        var shared = new ScriptedChatClient("from the same deployment");
        using CheapestCapableChatClient router = Router(
            new RoutingOptions { RetriesPerModel = 0, WhenAllRest = setting },
            Leg("cheap", 1, Failing(Http(402))) with { Deployment = "key" },
            Leg("middle", 2, shared) with { Deployment = "key" });

        var (response, _, error) = await router.AskRecordedAsync(streamed, "hello");

        Assert.Equal(setting == WhenAllRest.Throw, error is RoutingFailedException);
        Assert.Equal(setting == WhenAllRest.Throw ? null : "from the same deployment", response?.Text);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_retry_that_the_cap_cannot_pay_for_is_not_made(bool streamed)
    {
        // Each call is taken to cost some 500 tokens; the cap holds one and a half.
        ScriptedChatClient cheap = Failing(Http(500));
        using CheapestCapableChatClient router = Router(
            new RoutingOptions { RetriesPerModel = 3, RetryDelay = TimeSpan.Zero, MaximumCostUsd = 0.00075m }, Leg("cheap", 1, cheap), Leg("dear", 10, new ScriptedChatClient("here")));

        var (_, routing, error) = await router.AskRecordedAsync(streamed, "hello");

        RoutingFailedException failed = Assert.IsType<RoutingFailedException>(error);
        Assert.IsType<HttpRequestException>(failed.InnerException);
        Assert.Single(cheap.Calls);
        Assert.Equal("server-error", Assert.Single(routing.Attempts).Reason);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_judge_is_not_asked_where_the_request_may_cost_no_more(bool streamed)
    {
        var judge = new ScriptedChatClient("BAD");
        var answer = new ScriptedChatClient("an answer");
        using CheapestCapableChatClient router = Router(
            new RoutingOptions { RetriesPerModel = 0, JudgeModelId = "judge", MaximumCostUsd = 0.0006m }, Leg("cheap", 1, answer), Leg("dear", 10, new ScriptedChatClient("here")), Leg("judge", 100, judge));

        Assert.Equal("an answer", (await router.AskAsync(streamed, "hello")).Text);
        Assert.Empty(judge.Calls);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_judge_that_hangs_is_given_up_and_says_nothing_of_the_answer(bool streamed)
    {
        using var router = new CheapestCapableChatClient(
            [Leg("cheap", 1, new ScriptedChatClient("an answer")), Leg("judge", 10, new ScriptedChatClient(async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return ScriptedChatClient.Answer("never");
            }))],
            new RoutingOptions { JudgeModelId = "judge", AttemptTimeout = TimeSpan.FromMilliseconds(100), RetriesPerModel = 0 });

        Assert.Equal("an answer", (await router.AskAsync(streamed, "hello")).Text);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task An_attempt_whose_judging_is_cancelled_is_in_the_record_with_what_it_was(bool streamed)
    {
        using var stop = new CancellationTokenSource();
        var judge = new ScriptedChatClient(async (_, token) =>
        {
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return ScriptedChatClient.Answer("GOOD");
        });
        using CheapestCapableChatClient router = Router(new RoutingOptions { RetriesPerModel = 0, JudgeModelId = "judge" }, Leg("cheap", 1, new ScriptedChatClient("an answer")), Leg("judge", 10, judge));

        var (_, routing, error) = await router.AskRecordedAsync(streamed, [new ChatMessage(ChatRole.User, "hello")], cancellationToken: stop.Token);

        Assert.IsAssignableFrom<OperationCanceledException>(error);
        Assert.Equal(("cheap", CallOutcome.Cancelled), (routing.Attempts[0].ModelId, Assert.Single(routing.Attempts).Outcome));
        Assert.Null(routing.ServedModelId);
    }

    [Fact]
    public async Task A_stream_that_the_caller_leaves_is_in_the_record_as_cancelled()
    {
        IEnumerable<ChatMessage> messages = [new ChatMessage(ChatRole.User, "hello")];
        ChatOptions? options = null;
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        using CheapestCapableChatClient router = Router(null, Leg("cheap", 1, Failing(Http(401))), Leg("dear", 10, new ScriptedChatClient("three long words")));

        await foreach (ChatResponseUpdate update in router.GetStreamingResponseAsync(messages, options))
        {
            Assert.StartsWith("three", update.Text, StringComparison.Ordinal);
            break;
        }

        RoutingRecord routing = ReceiptRecorder.Of(context).Routing!;
        Assert.Equal([("cheap", CallOutcome.Failed), ("dear", CallOutcome.Cancelled)], routing.Attempts.Select(a => (a.ModelId, a.Outcome)));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Whatever_a_connection_throws_that_the_caller_tore_down_is_a_cancellation(bool streamed)
    {
        using var stop = new CancellationTokenSource();
        var cheap = new ScriptedChatClient(async (_, _) =>
        {
            await stop.CancelAsync();
            throw new IOException("the connection was closed");
        });
        var dear = new ScriptedChatClient("here");
        using CheapestCapableChatClient router = Router(null, Leg("cheap", 1, cheap), Leg("dear", 10, dear));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => router.AskAsync(streamed, "hello", cancellationToken: stop.Token));
        Assert.Empty(dear.Calls);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_prompt_too_long_for_a_window_that_nobody_knows_goes_to_one_that_is_known(bool streamed)
    {
        using CheapestCapableChatClient router = Router(
            null,
            new ModelLeg(Model("cheap", 1, context: null), Failing(Http(400, "context_length_exceeded"))),
            new ModelLeg(Model("middle", 2, context: null), new ScriptedChatClient("not known to be larger")),
            Leg("dear", 10, new ScriptedChatClient("here")));

        Assert.Equal("here", (await router.AskAsync(streamed, "hello")).Text);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_quote_and_a_classifier_that_throw_are_stepped_over_and_logged_once(bool streamed)
    {
        var log = new FakeLogger<CheapestCapableChatClient>();
        var options = new RoutingOptions { RetriesPerModel = 0, ClassifyFailure = _ => throw new InvalidOperationException("the classifier is broken") };
        using var router = new CheapestCapableChatClient(
            [Leg("cheap", 1, new BrokenQuote(Failing(Http(503)))), Leg("dear", 10, new ScriptedChatClient("here"))], options, TokenCounters.Shared, new FakeTimeProvider(), log);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("here", (await router.AskAsync(streamed, "hello")).Text);
        }

        Assert.Single(log.Collector.GetSnapshot(), r => r.Message.StartsWith("The quote of cheap", StringComparison.Ordinal));
        Assert.Single(log.Collector.GetSnapshot(), r => r.Level == LogLevel.Warning && r.Message.StartsWith("ClassifyFailure", StringComparison.Ordinal));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_only_model_is_asked_with_the_applications_options_as_they_are(bool streamed)
    {
        var only = new ScriptedChatClient("fine");
        using CheapestCapableChatClient router = Router(null, new ModelLeg(Model("only", 1, ModelCapabilities.Tools), only));

        var (_, routing, _) = await router.AskRecordedAsync(
            streamed, "hello", new ChatOptions { ModelId = "another", Temperature = 0.2f, AdditionalProperties = new() { ["user"] = "ann" } });

        ChatOptions sent = only.Calls[0].Options!;
        Assert.Equal(("another", 0.2f, "ann"), (sent.ModelId, sent.Temperature, sent.AdditionalProperties!["user"]));
        Assert.Equal("another", routing.ServedModelId);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_temperature_does_not_reach_a_model_that_takes_none_and_a_vendors_own_settings_reach_no_other(bool streamed)
    {
        var thinker = new ScriptedChatClient("fine");
        var home = new ScriptedChatClient("fine");
        using CheapestCapableChatClient router = Router(null, Leg("dear", 10, home), new ModelLeg(Model("cheap", 1, ModelCapabilities.Reasoning), thinker));
        var options = new ChatOptions { Temperature = 0.2f, TopP = 0.5f, AdditionalProperties = new() { ["service_tier"] = "flex" } };

        await router.AskAsync(streamed, "hello", options);

        ChatOptions sent = thinker.Calls[0].Options!;
        Assert.Equal((null, null, true), (sent.Temperature, sent.TopP, sent.AdditionalProperties is null or { Count: 0 }));
        Assert.Equal((0.2f, "flex"), (options.Temperature, options.AdditionalProperties["service_tier"]));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_tool_that_a_vendor_runs_keeps_the_request_at_that_vendor(bool streamed)
    {
        var cheap = new ScriptedChatClient("fine");
        using CheapestCapableChatClient router = Router(null, Leg("dear", 10, new ScriptedChatClient("from home")), Leg("cheap", 1, cheap));

        var (response, routing, _) = await router.AskRecordedAsync(streamed, "hello", new ChatOptions { Tools = [new HostedWebSearchTool()] });

        Assert.Equal("from home", response!.Text);
        Assert.StartsWith("capability: a tool", routing.Excluded["cheap"], StringComparison.Ordinal);
    }

    private sealed class BrokenQuote(IChatClient inner) : DelegatingChatClient(inner), ICallQuote
    {
        public ValueTask<CallQuote> QuoteAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("the quote is broken");
    }
}
