using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Receipts;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;
using static TokenThrift.Tests.Routing.RoutingTestKit;

namespace TokenThrift.Tests.Routing;

/// <summary>When a deployment rests, and how it comes back.</summary>
public class LegHealthTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("Rate limit reached for requests. Please try again in 6m12.5s.", 372.5)]
    [InlineData("Rate limit reached. Please try again in 20s. Visit ...", 20.0)]
    [InlineData("Please try again in 250ms.", 0.25)]
    [InlineData("Requests have exceeded the call rate limit. Please retry after 12 seconds.", 12.0)]
    [InlineData("Please retry in 41.27s.", 41.27)]
    [InlineData("Please try again in 9999999s.", 3600.0)]
    [InlineData("Please try again later.", null)]
    public void The_wait_is_read_off_the_providers_words_where_there_is_no_header(string message, double? seconds) =>
        Assert.Equal(seconds, RetryAfter.Of(new InvalidOperationException("outer", Http(429, message)), _time.GetUtcNow())?.TotalSeconds);

    [Theory, InlineData(false), InlineData(true)]
    public async Task An_open_breaker_lets_one_probe_through_and_closes_when_it_succeeds(bool streamed)
    {
        bool down = true;
        var probe = new TaskCompletionSource();
        var cheap = new ScriptedChatClient(async (call, _) =>
        {
            if (down)
            {
                throw Http(500);
            }

            await probe.Task;
            return ScriptedChatClient.Answer("from cheap");
        });
        var dear = new ScriptedChatClient("from dear");
        using CheapestCapableChatClient router = Of(cheap, dear);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("from dear", (await router.AskAsync(streamed, "hello")).Text);
        }

        Assert.Equal("from dear", (await router.AskAsync(streamed, "hello")).Text);
        Assert.Equal(4, cheap.Calls.Count);

        down = false;
        _time.Advance(TimeSpan.FromSeconds(16));
        Task<ChatResponse>[] at_once = [.. Enumerable.Range(0, 10).Select(_ => router.AskAsync(streamed, "hello"))];
        while (at_once.Count(t => t.IsCompleted) < 9)
        {
            await Task.WhenAny(at_once.Where(t => !t.IsCompleted));
        }

        probe.SetResult();
        string[] answers = [.. (await Task.WhenAll(at_once)).Select(r => r.Text)];
        Assert.Equal(5, cheap.Calls.Count);
        Assert.Equal((1, 9), (answers.Count(a => a == "from cheap"), answers.Count(a => a == "from dear")));
        Assert.Equal("from cheap", (await router.AskAsync(streamed, "hello")).Text);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Each_probe_that_fails_doubles_the_rest(bool streamed)
    {
        ScriptedChatClient cheap = Failing(Http(500));
        using CheapestCapableChatClient router = Of(cheap, new ScriptedChatClient("from dear"));
        for (int i = 0; i < 5; i++)
        {
            await router.AskAsync(streamed, "hello");
        }

        // It rests 15 seconds, then 30, then 60.
        Assert.Equal(4, cheap.Calls.Count);
        foreach ((int seconds, int calls) in new[] { (16, 5), (16, 5), (15, 6), (31, 6), (30, 7) })
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            await router.AskAsync(streamed, "hello");
            Assert.Equal(calls, cheap.Calls.Count);
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_model_at_rest_is_asked_where_all_others_have_failed_and_nobody_has_answered(bool streamed)
    {
        bool limited = true;
        var dear = new ScriptedChatClient(_ => limited ? throw new System.ClientModel.ClientResultException(new HeaderResponse(429, "retry-after", "60")) : ScriptedChatClient.Answer("from dear"));
        bool down = false;
        var cheap = new ScriptedChatClient(_ => down ? throw Http(401) : ScriptedChatClient.Answer(limited ? string.Empty : "from cheap"));
        using CheapestCapableChatClient router = Of(cheap, dear);
        await router.AskAsync(streamed, "the cheap answer is empty, and the dear model asks for rest");
        await router.AskAsync(streamed, "an empty answer is better than one more call of a model that rests");
        Assert.Single(dear.Calls);

        (down, limited) = (true, false);
        var (response, routing, _) = await router.AskRecordedAsync(streamed, "hello");

        Assert.Equal("from dear", response!.Text);
        Assert.Equal([CallOutcome.Failed, CallOutcome.Served], routing.Attempts.Select(a => a.Outcome));
        Assert.Empty(routing.Excluded);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Many_requests_at_once_over_failing_models_all_end_and_are_told_apart(bool streamed)
    {
        var cheap = new ScriptedChatClient(call => call.Index % 3 == 0 ? throw Http(503) : ScriptedChatClient.Answer(call.Index % 3 == 1 ? string.Empty : "cheap " + call.LastText));
        using CheapestCapableChatClient router = Of(cheap, new ScriptedChatClient(call => ScriptedChatClient.Answer("dear " + call.LastText)));

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () => (await router.AskAsync(streamed, $"question {i}")).Text)));

        Assert.All(answers.Select((text, i) => (text, i)), a => Assert.Contains(a.text, new[] { $"cheap question {a.i}", $"dear question {a.i}" }));
    }

    private CheapestCapableChatClient Of(IChatClient cheap, IChatClient dear) =>
        new([Leg("cheap", 1, cheap), Leg("dear", 10, dear)], new RoutingOptions { RetriesPerModel = 0 }, TokenCounters.Shared, _time);
}
