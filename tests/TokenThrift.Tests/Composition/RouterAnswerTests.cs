using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Budgets;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using static TokenThrift.Tests.Composition.RoutedServers;

namespace TokenThrift.Tests.Composition;

/// <summary>Answers that come whole over the wire and will not do, answers that cannot be paid for, and when the first word is shown.</summary>
public class RouterAnswerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly LoopbackReply Good = LoopbackReply.Answer("""{"total": 5}""");
    private static readonly LoopbackReply Unfit = LoopbackReply.Answer("""{"total": "many"}""");
    private static readonly LoopbackReply Long = LoopbackReply.Answer("first words of an answer that is long enough to pause in its middle");

    private static ChatOptions AsTotal => new() { ResponseFormat = ChatResponseFormat.ForJsonSchema<Totals>() };

    [Theory]
    [InlineData(false, """{"total": "many"}""", "schema-invalid")]
    [InlineData(true, """{"total": "many"}""", "schema-invalid")]
    [InlineData(false, "The total is five.", "json-invalid")]
    [InlineData(true, "The total is five.", "json-invalid")]
    public async Task An_answer_that_does_not_fit_its_schema_is_never_shown(bool streamed, string answer, string reason)
    {
        await using RoutedServers servers = await Two([LoopbackReply.Answer(answer)]);

        Outcome outcome = await servers.AskAsync(streamed, "hello", AsTotal);

        Assert.Equal("""{"total": 5}""", outcome.Response!.Text);
        Assert.Equal($"{Nano} Rejected {reason}; {Large} Served", outcome.Attempts);
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_repair_shows_the_same_model_its_answer_and_the_fault(bool streamed)
    {
        await using RoutedServers servers = await Two([Unfit, Good], thrift => thrift.Routing.RepairOnce = true);

        Outcome outcome = await servers.AskAsync(streamed, "hello", AsTotal);

        Assert.Equal($"{Nano} Rejected schema-invalid; {Nano} Served", outcome.Attempts);
        IReadOnlyList<JsonElement> repair = servers.Server(Nano).Requests[1].Messages;
        Assert.Equal(["user", "assistant", "user"], repair.Select(m => m.GetProperty("role").GetString()));
        Assert.Contains("does not fit the schema", LoopbackRequest.TextOf(repair[2]), StringComparison.Ordinal);
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_repair_of_a_tool_call_answers_the_call_and_a_second_fault_goes_to_a_stronger_model_with_the_original_request(bool streamed)
    {
        await using RoutedServers servers = await StartAsync(
            new Dictionary<string, LoopbackReply[]>
            {
                [Nano] = [LoopbackReply.ToolCall("weather", """{"town": "Oslo"}""")],
                [Large] = [LoopbackReply.ToolCall("weather", """{"city": "Oslo"}""")],
            },
            thrift => thrift.Routing.RepairOnce = true);
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create((string city) => city, "weather")] };

        Outcome outcome = await servers.AskAsync(streamed, "hello", options);

        Assert.Equal($"{Nano} Rejected arguments-invalid; {Nano} Rejected arguments-invalid; {Large} Served", outcome.Attempts);
        IReadOnlyList<JsonElement> repair = servers.Server(Nano).Requests[1].Messages;
        Assert.Equal(["user", "assistant", "tool"], repair.Select(m => m.GetProperty("role").GetString()));
        Assert.Equal(repair[1].GetProperty("tool_calls")[0].GetProperty("id").GetString(), repair[2].GetProperty("tool_call_id").GetString());
        Assert.Single(Assert.Single(servers.Server(Large).Requests).Messages);
        await servers.AssertSettledAsync();
    }

    [Theory]
    [InlineData(false, WhenAllFail.ServeBest)]
    [InlineData(true, WhenAllFail.ServeBest)]
    [InlineData(false, WhenAllFail.Throw)]
    [InlineData(true, WhenAllFail.Throw)]
    public async Task A_stronger_model_that_cannot_be_paid_for_is_not_asked_and_its_refusal_is_no_answer(bool streamed, WhenAllFail whenAllFail)
    {
        await using RoutedServers servers = await Two(
            [LoopbackReply.Answer(string.Empty)],
            thrift =>
            {
                Cap(thrift, 0.001m);
                thrift.Routing.WhenAllFail = whenAllFail;
            });

        Outcome outcome = await servers.AskAsync(streamed, "hello", new ChatOptions { MaxOutputTokens = 100 });

        Assert.Equal([1, 0], servers.Seen);
        Assert.Equal($"{Nano} Rejected empty", outcome.Attempts);
        Assert.StartsWith("refused: ", outcome.Receipt.Routing!.Excluded[Large], StringComparison.Ordinal);
        Assert.Equal(whenAllFail == WhenAllFail.Throw, outcome.Error is RoutingFailedException);
        Assert.Equal(whenAllFail == WhenAllFail.ServeBest, outcome.Receipt.Routing.IsDegraded);
        await servers.AssertSettledAsync();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Where_nobody_can_be_paid_for_the_budget_says_so_and_nobody_is_asked(bool streamed)
    {
        await using RoutedServers servers = await Two([Good], thrift => Cap(thrift, 0.000_01m));

        Outcome outcome = await servers.AskAsync(streamed, "hello", new ChatOptions { MaxOutputTokens = 100 });

        Assert.IsType<BudgetExceededException>(outcome.Error);
        Assert.Equal([0, 0], servers.Seen);
        Assert.Equal(0, servers.Server(Nano).Connections + servers.Server(Large).Connections);
    }

    [Fact]
    public async Task With_one_model_the_first_word_is_shown_while_the_provider_still_speaks()
    {
        var pause = new TaskCompletionSource();
        await using RoutedServers servers = await StartAsync(new Dictionary<string, LoopbackReply[]> { [Large] = [Long with { Pause = pause.Task }] });

        Assert.StartsWith("first words of an", await FirstWordsAsync(servers, pause), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_model_that_may_be_asked_is_shown_as_it_speaks()
    {
        var pause = new TaskCompletionSource();
        await using RoutedServers servers = await StartAsync(
            new Dictionary<string, LoopbackReply[]> { [Nano] = [LoopbackReply.Answer(" ")], [Large] = [Long with { Pause = pause.Task }] });

        Assert.StartsWith("first words of an", await FirstWordsAsync(servers, pause), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_cancels_after_the_first_word_is_obeyed_and_what_was_seen_is_paid()
    {
        var pause = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        await using RoutedServers servers = await Two([Long with { Pause = pause.Task }], thrift => thrift.Routing.StreamCommitCharacters = 5);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate update in servers.Client.GetStreamingResponseAsync("hello", cancellationToken: stop.Token))
            {
                if (update.Text.Length > 0)
                {
                    await stop.CancelAsync();
                }
            }
        });

        Assert.Equal([1, 0], servers.Seen);
        Assert.Equal("cancelled-after-commit", Assert.Single(servers.Receipt.Routing!.Attempts).Reason);
        Assert.True(servers.Receipt.Spent!.Value.Value > 0);
        await servers.AssertSettledAsync();
    }

    // What has come before the pause; the rest is read to its end.
    private static async Task<string> FirstWordsAsync(RoutedServers servers, TaskCompletionSource pause)
    {
        await using IAsyncEnumerator<ChatResponseUpdate> updates = servers.Client.GetStreamingResponseAsync("hello").GetAsyncEnumerator();
        string seen = string.Empty;
        while (seen.Split(' ').Length < 4)
        {
            Assert.True(await updates.MoveNextAsync().AsTask().WaitAsync(Patience));
            seen += updates.Current.Text;
        }

        Assert.False(pause.Task.IsCompleted);
        pause.SetResult();
        while (await updates.MoveNextAsync())
        {
        }

        await servers.AssertSettledAsync();
        return seen;
    }

    private static void Cap(TokenThriftOptions thrift, decimal usd)
    {
        thrift.Budgets.Limits.Clear();
        thrift.Budgets.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.Process, Usd = usd });
    }

    private static Task<RoutedServers> Two(LoopbackReply[] cheap, Action<TokenThriftOptions>? configure = null) =>
        StartAsync(new Dictionary<string, LoopbackReply[]> { [Nano] = cheap, [Large] = [Good] }, configure);

    private sealed record Totals(int Total);
}
