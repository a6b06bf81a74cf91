using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using static TokenThrift.Tests.Routing.RoutingTestKit;

namespace TokenThrift.Tests.Routing;

public class CheapestCapableChatClientTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task The_cheapest_model_is_asked_first(bool streamed)
    {
        var cheap = new ScriptedChatClient("from the cheap one");
        var dear = new ScriptedChatClient("from the dear one");
        using CheapestCapableChatClient router = Router(null, Leg("dear", 10, dear), Leg("cheap", 1, cheap));

        var (response, routing, _) = await router.AskRecordedAsync(streamed, "hello");

        Assert.Equal("from the cheap one", response!.Text);
        Assert.Empty(dear.Calls);
        Assert.Equal("cheap", routing.ChosenModelId);
        Assert.Equal("cheap", routing.ServedModelId);
        Assert.Equal("cheapest-capable", routing.Reason);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_model_without_a_known_price_is_asked_last(bool streamed)
    {
        var unknown = new ScriptedChatClient("from the unknown one");
        var dear = new ScriptedChatClient("from the dear one");
        using CheapestCapableChatClient router = Router(null, new ModelLeg(Model("unknown", 1) with { Prices = new ModelPrices(null, null) }, unknown), Leg("dear", 10, dear));

        Assert.Equal("from the dear one", (await router.AskAsync(streamed, "hello")).Text);
        Assert.Empty(unknown.Calls);
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "I'm sorry, but I can't help with that.")]
    [InlineData(true, "I'm sorry, but I can't help with that.")]
    public async Task An_answer_that_fails_a_check_is_never_shown_while_a_stronger_model_is_left(bool streamed, string bad)
    {
        var cheap = new ScriptedChatClient(bad);
        var dear = new ScriptedChatClient("a good answer");
        using CheapestCapableChatClient router = Router(null, Leg("cheap", 1, cheap), Leg("dear", 10, dear));

        var (response, routing, _) = await router.AskRecordedAsync(streamed, "hello");

        Assert.Equal("a good answer", response!.Text);
        Assert.Equal("cheap", routing.ChosenModelId);
        Assert.Equal("dear", routing.ServedModelId);
        Assert.Equal([CallOutcome.Rejected, CallOutcome.Served], routing.Attempts.Select(a => a.Outcome));
        Assert.False(routing.IsDegraded);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_callers_check_can_refuse_an_answer(bool streamed)
    {
        var options = new RoutingOptions { RetriesPerModel = 0 };
        options.Checks.Add(AnswerCheck.From("has-answer", c => c.Text.Contains("42", StringComparison.Ordinal) ? CheckResult.Pass : CheckResult.Fail("not-42")));
        using CheapestCapableChatClient router = Router(options, Leg("cheap", 1, new ScriptedChatClient("maybe 41")), Leg("dear", 10, new ScriptedChatClient("it is 42")));

        var (response, routing, _) = await router.AskRecordedAsync(streamed, "what is it?");

        Assert.Equal("it is 42", response!.Text);
        Assert.Equal("not-42", routing.Attempts[0].Reason);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_check_that_throws_is_stepped_over(bool streamed)
    {
        var options = new RoutingOptions { RetriesPerModel = 0 };
        options.Checks.Add(AnswerCheck.From("broken", _ => throw new InvalidOperationException("the check is broken")));
        using CheapestCapableChatClient router = Router(options, Leg("cheap", 1, new ScriptedChatClient("fine")), Leg("dear", 10, new ScriptedChatClient("dear")));

        Assert.Equal("fine", (await router.AskAsync(streamed, "hello")).Text);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task When_all_answers_fail_the_best_is_served_and_marked(bool streamed)
    {
        using CheapestCapableChatClient router = Router(
            null, Leg("cheap", 1, new ScriptedChatClient("I cannot help with that.")), Leg("dear", 10, new ScriptedChatClient("I can't assist with this request.")));

        var (response, routing, _) = await router.AskRecordedAsync(streamed, "hello");

        Assert.Equal("I can't assist with this request.", response!.Text);
        Assert.Equal("refusal", response.AdditionalProperties![CheapestCapableChatClient.DegradedProperty]);
        Assert.True(routing.IsDegraded);
        Assert.Equal("dear", routing.ServedModelId);
    }

    [Theory, InlineData(false)]
    public async Task When_all_answers_fail_the_error_names_every_model_and_why_not(bool streamed)
    {
        var options = new RoutingOptions { RetriesPerModel = 0, WhenAllFail = WhenAllFail.Throw };
        using CheapestCapableChatClient router = Router(
            options,
            Leg("cheap", 1, new ScriptedChatClient(" ")),
            Leg("dear", 10, new ScriptedChatClient("I can't assist with this request.")),
            new ModelLeg(Model("tiny", 1, context: 50), new ScriptedChatClient("small")));

        var (_, routing, error) = await router.AskRecordedAsync(streamed, "hello");

        RoutingFailedException failed = Assert.IsType<RoutingFailedException>(error);
        Assert.Contains("cheap (empty)", failed.Message, StringComparison.Ordinal);
        Assert.Contains("dear (refusal)", failed.Message, StringComparison.Ordinal);
        Assert.Contains("tiny (context", failed.Message, StringComparison.Ordinal);
        Assert.Null(routing.ServedModelId);
    }

    [Theory]
    [InlineData(false, 429)]
    [InlineData(true, 429)]
    [InlineData(false, 500)]
    [InlineData(true, 500)]
    [InlineData(false, 401)]
    [InlineData(true, 402)]
    public async Task A_failing_model_is_replaced(bool streamed, int status)
    {
        using CheapestCapableChatClient router = Router(null, Leg("cheap", 1, Failing(Http(status))), Leg("dear", 10, new ScriptedChatClient("here")));

        var (response, routing, _) = await router.AskRecordedAsync(streamed, "hello");

        Assert.Equal("here", response!.Text);
        Assert.Equal(CallOutcome.Failed, routing.Attempts[0].Outcome);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_dear_model_that_fails_is_replaced_by_nobody_weaker_than_a_refused_answer(bool streamed)
    {
        using CheapestCapableChatClient router = Router(null, Leg("cheap", 1, new ScriptedChatClient("")), Leg("dear", 10, Failing(Http(500))));

        var (response, routing, _) = await router.AskRecordedAsync(streamed, "hello");

        Assert.Equal("", response!.Text);
        Assert.True(routing.IsDegraded);
        Assert.Equal(2, routing.Attempts.Count);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_bad_request_is_asked_of_nobody_else(bool streamed)
    {
        HttpRequestException fault = Http(400, "the request is malformed");
        var dear = new ScriptedChatClient("here");
        using CheapestCapableChatClient router = Router(null, Leg("cheap", 1, Failing(fault)), Leg("dear", 10, dear));

        var (_, _, error) = await router.AskRecordedAsync(streamed, "hello");

        Assert.Same(fault, error);
        Assert.Empty(dear.Calls);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Cancellation_is_passed_on_and_nobody_else_is_asked(bool streamed)
    {
        using var stop = new CancellationTokenSource();
        var cheap = new ScriptedChatClient(async (_, token) =>
        {
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return ScriptedChatClient.Answer("never");
        });
        var dear = new ScriptedChatClient("here");
        using CheapestCapableChatClient router = Router(null, Leg("cheap", 1, cheap), Leg("dear", 10, dear));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => router.AskAsync(streamed, "hello", cancellationToken: stop.Token));
        Assert.Empty(dear.Calls);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task One_model_is_passed_straight_through(bool streamed)
    {
        HttpRequestException fault = Http(500);
        using CheapestCapableChatClient router = Router(null, Leg("only", 1, Failing(fault)));
        Assert.Same(fault, (await router.AskRecordedAsync(streamed, "hello")).Error);

        using CheapestCapableChatClient empty = Router(null, Leg("only", 1, new ScriptedChatClient("")));
        var (response, routing, _) = await empty.AskRecordedAsync(streamed, "hello");
        Assert.Equal("", response!.Text);
        Assert.Equal("only", routing.ServedModelId);
    }

    [Fact]
    public async Task With_one_model_each_streamed_update_is_passed_on_before_the_next_is_read()
    {
        var source = new SteppedChatClient();
        using CheapestCapableChatClient router = Router(null, Leg("only", 1, source));
        await using IAsyncEnumerator<ChatResponseUpdate> updates = router.GetStreamingResponseAsync([new(ChatRole.User, "hello")]).GetAsyncEnumerator();

        for (int i = 1; i <= 3; i++)
        {
            Assert.True(await updates.MoveNextAsync());
            Assert.Equal(i, source.Sent);
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_shared_client_is_told_which_model_is_meant(bool streamed)
    {
        var shared = new ScriptedChatClient(call => ScriptedChatClient.Answer(call.Options!.ModelId == "dear" ? "good" : ""));
        using CheapestCapableChatClient router = Router(null, Leg("cheap", 1, shared), Leg("dear", 10, shared));

        Assert.Equal("good", (await router.AskAsync(streamed, "hello")).Text);
        Assert.Equal(["cheap", "dear"], shared.Calls.Select(c => c.Options!.ModelId));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task No_setting_of_ours_reaches_a_provider(bool streamed)
    {
        var cheap = new ScriptedChatClient("fine");
        using CheapestCapableChatClient router = Router(null, Leg("cheap", 1, cheap), Leg("dear", 10, new ScriptedChatClient("dear")));

        await router.AskAsync(streamed, "hello");

        Assert.True(cheap.Calls[0].Options?.AdditionalProperties is null or { Count: 0 });
    }

    [Fact]
    public void The_router_answers_for_the_default_models_metadata()
    {
        using CheapestCapableChatClient router = Router(null, Leg("dear", 10, new ScriptedChatClient("x")), Leg("cheap", 1, new ScriptedChatClient("y")));

        Assert.Equal("test-model", router.GetService<ChatClientMetadata>()!.DefaultModelId);
        Assert.Same(router, router.GetService<CheapestCapableChatClient>());
    }

    [Fact]
    public void Legs_are_checked_at_once()
    {
        var client = new ScriptedChatClient("x");
        Assert.Throws<ArgumentNullException>("legs", () => new CheapestCapableChatClient(null!));
        Assert.Throws<ArgumentException>("legs", () => new CheapestCapableChatClient([]));
        Assert.Throws<ArgumentException>("legs", () => new CheapestCapableChatClient([Leg("a", 1, client), Leg("A", 1, client)]));
        Assert.Contains("MaximumAttempts", Assert.Throws<ArgumentException>("options", () => new CheapestCapableChatClient([Leg("a", 1, client)], new RoutingOptions { MaximumAttempts = 0 })).Message, StringComparison.Ordinal);
    }

    private sealed class SteppedChatClient : IChatClient
    {
        public int Sent { get; private set; }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (Sent = 1; Sent <= 3; Sent++)
            {
                await Task.Yield();
                yield return new ChatResponseUpdate(ChatRole.Assistant, "word ");
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
