using Microsoft.Extensions.AI;
using TokenThrift.Receipts;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using static TokenThrift.Tests.Composition.RoutedServers;

namespace TokenThrift.Tests.Composition;

/// <summary>What providers do to a request on the wire, and what the router makes of it: who saw what, what the receipt says, and that every hold is settled.</summary>
public class RouterFaultTests
{
    private static readonly LoopbackReply Good = LoopbackReply.Answer("a good answer", input: 20, output: 4);

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_rate_limit_with_a_short_wait_is_waited_for_at_the_same_model(bool streamed)
    {
        await using RoutedServers servers = await Two([LoopbackReply.RateLimited(TimeSpan.Zero), Good]);

        Outcome outcome = await servers.AskAsync(streamed, "hello");

        Assert.Equal("a good answer", outcome.Response!.Text);
        Assert.Equal([2, 0], servers.Seen);
        Assert.Equal($"{Nano} Failed rate-limited; {Nano} Served", outcome.Attempts);
        Assert.Equal([NanoZero, Cost(outcome, 2)], outcome.Receipt.Calls.Select(c => c.Cost!.Value.Value));
        await servers.AssertSettledAsync();
    }

    [Theory]
    [InlineData(false, "7", 7)]
    [InlineData(true, "7", 7)]
    [InlineData(false, "Mon, 06 Jul 2026 12:00:40 GMT", 40)]
    [InlineData(true, "Mon, 06 Jul 2026 12:00:40 GMT", 40)]
    [InlineData(false, "259200000", 3600)]
    [InlineData(true, "259200000", 3600)]
    public async Task A_rate_limit_with_a_long_wait_sends_the_request_to_another_and_is_honoured_up_to_an_hour(bool streamed, string retryAfter, int seconds)
    {
        await using RoutedServers servers = await Two([LoopbackReply.RateLimited(retryAfter), Good]);

        Outcome first = await servers.AskAsync(streamed, "hello");
        servers.Time!.Advance(TimeSpan.FromSeconds(seconds - 1));
        Outcome early = await servers.AskAsync(streamed, "hello again");
        servers.Time.Advance(TimeSpan.FromSeconds(2));
        Outcome late = await servers.AskAsync(streamed, "hello once more");

        Assert.Equal($"{Nano} Failed rate-limited; {Large} Served", first.Attempts);
        Assert.Equal($"{Large} Served", early.Attempts);
        Assert.StartsWith("health: rests until 1", early.Receipt.Routing!.Excluded[Nano], StringComparison.Ordinal);
        Assert.Equal($"{Nano} Served", late.Attempts);
        Assert.Equal([2, 2], servers.Seen);
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_server_error_is_tried_once_more_and_then_elsewhere(bool streamed)
    {
        await using RoutedServers servers = await Two([LoopbackReply.ServerError()]);

        Outcome outcome = await servers.AskAsync(streamed, "hello");

        Assert.Equal("a good answer", outcome.Response!.Text);
        Assert.Equal([2, 1], servers.Seen);
        Assert.Equal($"{Nano} Failed server-error; {Nano} Failed server-error; {Large} Served", outcome.Attempts);
        Assert.Equal((Nano, Large, null), (outcome.Receipt.Routing!.ChosenModelId, outcome.Receipt.Routing.ServedModelId, outcome.Receipt.Routing.RequestedModelId));
        Assert.Equal([1, 2, 3], outcome.Receipt.Calls.Select(c => c.Attempt));
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_server_that_hangs_is_given_up_at_its_time_limit(bool streamed)
    {
        TimeSpan limit = TimeSpan.FromMinutes(1);
        RoutedServers? servers = null;
        servers = await StartWithAsync(
            new()
            {
                [Nano] = (_, _) =>
                {
                    // The limit began before the request left; when it arrives, the time is up.
                    servers!.Time!.Advance(limit);
                    return Task.FromResult(LoopbackReply.Hang());
                },
                [Large] = (_, _) => Task.FromResult(Good),
            },
            thrift => (thrift.Routing.AttemptTimeout, thrift.Routing.FirstTokenTimeout) = streamed ? (TimeSpan.FromHours(1), limit) : (limit, TimeSpan.FromHours(1)));
        await using RoutedServers started = servers;

        Outcome outcome = await servers.AskAsync(streamed, "hello");

        Assert.Equal("a good answer", outcome.Response!.Text);
        Assert.Equal([1, 1], servers.Seen);
        Assert.Equal($"{Nano} Failed timeout; {Large} Served", outcome.Attempts);
        await servers.AssertSettledAsync();
    }

    [Fact]
    public async Task A_stream_that_says_its_role_and_no_more_is_given_up_at_the_time_limit_of_the_first_token()
    {
        await using RoutedServers servers = await Two([LoopbackReply.Stall()], thrift => thrift.Routing.FirstTokenTimeout = TimeSpan.FromMilliseconds(300), realTime: true);

        Outcome outcome = await servers.AskAsync(streamed: true, "hello");

        Assert.Equal("a good answer", outcome.Shown);
        Assert.Equal($"{Nano} Failed timeout; {Large} Served", outcome.Attempts);
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_deadline_of_a_request_ends_it_whoever_is_left(bool streamed)
    {
        TimeSpan limit = TimeSpan.FromMinutes(1);
        RoutedServers? servers = null;
        servers = await StartWithAsync(
            new()
            {
                [Nano] = (_, _) =>
                {
                    servers!.Time!.Advance(limit);
                    return Task.FromResult(LoopbackReply.Hang());
                },
                [Large] = (_, _) => Task.FromResult(Good),
            },
            thrift => thrift.Routing.Deadline = limit);
        await using RoutedServers started = servers;

        Outcome outcome = await servers.AskAsync(streamed, "hello");

        Assert.IsType<RoutingFailedException>(outcome.Error);
        Assert.Equal([1, 0], servers.Seen);
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task An_answer_that_breaks_off_before_a_word_is_shown_is_asked_for_elsewhere(bool streamed)
    {
        await using RoutedServers servers = await Two([LoopbackReply.Cut("half of this answer never comes across the wire")], thrift => thrift.Routing.RetriesPerModel = 0);

        Outcome outcome = await servers.AskAsync(streamed, "hello");

        Assert.Equal("a good answer", outcome.Response!.Text);
        Assert.Equal([1, 1], servers.Seen);
        Assert.Equal($"{Nano} Failed network; {Large} Served", outcome.Attempts);
        await servers.AssertSettledAsync();
    }

    [Fact]
    public async Task A_stream_that_breaks_off_after_a_word_was_shown_is_the_callers_to_see_and_never_switched()
    {
        await using RoutedServers servers = await Two(
            [LoopbackReply.Cut("half of this answer never comes across the wire")], thrift => thrift.Routing.StreamCommitCharacters = 5);

        Outcome outcome = await servers.AskAsync(streamed: true, "hello");

        Assert.NotNull(outcome.Error);
        Assert.StartsWith("half", outcome.Shown, StringComparison.Ordinal);
        Assert.Equal([1, 0], servers.Seen);
        Assert.Equal($"{Nano} Failed network-after-commit", outcome.Attempts);
        Assert.Null(outcome.Receipt.Routing!.ServedModelId);
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task An_answer_that_is_not_json_on_the_wire_is_asked_for_elsewhere(bool streamed)
    {
        await using RoutedServers servers = await Two([LoopbackReply.BadJson()]);

        Outcome outcome = await servers.AskAsync(streamed, "hello");

        Assert.Equal("a good answer", outcome.Response!.Text);
        Assert.Equal([1, 1], servers.Seen);
        Assert.Equal($"{Nano} Failed unreadable; {Large} Served", outcome.Attempts);
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_tool_call_written_as_text_is_never_shown(bool streamed)
    {
        await using RoutedServers servers = await Two([LoopbackReply.Answer("""<tool_call>{"name": "weather", "arguments": {"city": "Oslo"}}</tool_call>""")]);
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create((string city) => city, "weather")] };

        Outcome outcome = await servers.AskAsync(streamed, "hello", options);

        Assert.Equal("a good answer", outcome.Response!.Text);
        Assert.Equal($"{Nano} Rejected tool-call-as-text; {Large} Served", outcome.Attempts);
        Assert.Equal([CallOutcome.Rejected, CallOutcome.Served], outcome.Receipt.Calls.Select(c => c.Outcome));
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_request_that_is_too_long_goes_only_to_a_model_with_more_room(bool streamed)
    {
        await using RoutedServers servers = await StartAsync(new Dictionary<string, LoopbackReply[]>
        {
            [Nano] = [LoopbackReply.ContextOverflow()],
            [Mini] = [Good],
            [Large] = [Good],
        });

        Outcome outcome = await servers.AskAsync(streamed, "hello");

        Assert.Equal([1, 0, 1], servers.Seen);
        Assert.Equal($"{Nano} Failed context-too-long; {Large} Served", outcome.Attempts);
        Assert.Equal(0, outcome.Receipt.Calls[0].Cost!.Value.Value);
        await servers.AssertSettledAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task What_one_filter_refuses_goes_only_to_models_that_are_named_for_it(bool streamed, bool isNamed)
    {
        await using RoutedServers servers = await StartAsync(
            new Dictionary<string, LoopbackReply[]> { [Nano] = [LoopbackReply.PromptFiltered()], [Mini] = [Good], [Large] = [Good] },
            thrift =>
            {
                if (isNamed)
                {
                    thrift.Routing.ContentFilterPeers.Add(Large);
                }
            });

        Outcome outcome = await servers.AskAsync(streamed, "hello");

        Assert.Equal(isNamed ? [1, 0, 1] : [1, 0, 0], servers.Seen);
        Assert.Equal(isNamed, outcome.Error is null);
        Assert.StartsWith($"{Nano} Failed content-filtered", outcome.Attempts, StringComparison.Ordinal);
        await servers.AssertSettledAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task An_answer_that_a_filter_stopped_goes_no_further_than_the_prompt_would(bool streamed, bool isNamed)
    {
        await using RoutedServers servers = await Two(
            [LoopbackReply.ContentFiltered()],
            thrift =>
            {
                if (isNamed)
                {
                    thrift.Routing.ContentFilterPeers.Add(Large);
                }
            });

        Outcome outcome = await servers.AskAsync(streamed, "hello");

        Assert.Equal(isNamed ? [1, 1] : [1, 0], servers.Seen);
        Assert.Equal(!isNamed, outcome.Receipt.Routing!.IsDegraded);
        Assert.Equal(isNamed ? "a good answer" : "", outcome.Response!.Text);
        await servers.AssertSettledAsync();
    }

    [Theory]
    [InlineData(false, "quota-exhausted")]
    [InlineData(true, "quota-exhausted")]
    [InlineData(false, "authentication")]
    [InlineData(true, "authentication")]
    public async Task A_used_up_quota_or_a_refused_key_rests_the_deployment_for_long(bool streamed, string reason)
    {
        await using RoutedServers servers = await Two([reason == "authentication" ? LoopbackReply.KeyRefused() : LoopbackReply.QuotaExhausted(), Good]);

        Outcome first = await servers.AskAsync(streamed, "hello");
        servers.Time!.Advance(TimeSpan.FromMinutes(9));
        Outcome early = await servers.AskAsync(streamed, "hello again");
        servers.Time.Advance(TimeSpan.FromMinutes(2));
        Outcome late = await servers.AskAsync(streamed, "hello once more");

        Assert.Equal($"{Nano} Failed {reason}; {Large} Served", first.Attempts);
        Assert.Equal($"{Large} Served", early.Attempts);
        Assert.Equal($"{Nano} Served", late.Attempts);
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_bad_request_is_asked_of_nobody_else(bool streamed)
    {
        await using RoutedServers servers = await Two([LoopbackReply.BadRequest()]);

        Outcome outcome = await servers.AskAsync(streamed, "hello");

        Assert.Contains("Invalid value", outcome.Error!.Message, StringComparison.Ordinal);
        Assert.Equal([1, 0], servers.Seen);
        Assert.Equal($"{Nano} Failed bad-request", outcome.Attempts);
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_caller_who_cancels_is_obeyed_and_nobody_else_is_asked(bool streamed)
    {
        using var stop = new CancellationTokenSource();
        await using RoutedServers servers = await StartWithAsync(new()
        {
            [Nano] = async (_, _) =>
            {
                await stop.CancelAsync();
                return LoopbackReply.Hang();
            },
            [Large] = (_, _) => Task.FromResult(Good),
        });

        Outcome outcome = await servers.AskAsync(streamed, "hello", cancellationToken: stop.Token);

        Assert.IsAssignableFrom<OperationCanceledException>(outcome.Error);
        Assert.Equal([1, 0], servers.Seen);
        Assert.Equal($"{Nano} Cancelled cancelled", outcome.Attempts);
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task When_everybody_fails_the_error_says_who_was_asked_and_what_came_of_it(bool streamed)
    {
        await using RoutedServers servers = await StartAsync(
            new Dictionary<string, LoopbackReply[]> { [Nano] = [LoopbackReply.ServerError()], [Large] = [LoopbackReply.KeyRefused()] }, thrift => thrift.Routing.RetriesPerModel = 0);

        Outcome outcome = await servers.AskAsync(streamed, "hello");

        RoutingFailedException error = Assert.IsType<RoutingFailedException>(outcome.Error);
        Assert.Contains($"{Nano} (server-error)", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{Large} (authentication)", error.Message, StringComparison.Ordinal);
        await servers.AssertSettledAsync();
    }

    private const long NanoZero = 0;

    private static long Cost(Outcome outcome, int attempt) => outcome.Receipt.Calls.Where(c => c.Attempt == attempt).Sum(c => c.Cost!.Value.Value);

    private static Task<RoutedServers> Two(LoopbackReply[] cheap, Action<TokenThriftOptions>? configure = null, bool realTime = false) =>
        StartAsync(new Dictionary<string, LoopbackReply[]> { [Nano] = cheap, [Large] = [Good] }, configure, realTime);
}
