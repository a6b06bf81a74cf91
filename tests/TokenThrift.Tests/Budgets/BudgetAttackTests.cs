using Microsoft.Extensions.AI;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Budgets;

/// <summary>Ways to spend more than a cap allows. Each of them must be held for, refused, or posted in full.</summary>
public class BudgetAttackTests
{
    [Theory]
    [InlineData(false, "max_tokens")]
    [InlineData(true, "max_tokens")]
    [InlineData(false, "max_completion_tokens")]
    [InlineData(true, "MaxOutputTokens")]
    [InlineData(false, "num_predict")]
    public async Task Output_limit_in_additional_properties_makes_the_hold_the_models_full_output(bool streamed, string key)
    {
        BudgetExceededException e = await RefusedAsync(streamed, new ChatOptions { MaxOutputTokens = 100, AdditionalProperties = new() { [key] = 100_000 } });
        Assert.True(e.Asked.OutputTokens >= 10_000);
    }

    [Theory]
    [InlineData(false, "n", 7)]
    [InlineData(true, "n", 7)]
    [InlineData(false, "best_of", 7)]
    [InlineData(false, "candidateCount", 7)]
    public async Task Several_answers_are_held_for_each(bool streamed, string key, int choices)
    {
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.OutputTokens(699));
        var options = new ChatOptions { MaxOutputTokens = 100, AdditionalProperties = new() { [key] = choices } };
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(streamed, "hello", options));
        Assert.Equal(700, e.Asked.OutputTokens);
        task.SetLimits(Limit.OutputTokens(700));
        await bench.Gate.AskAsync(streamed, "hello", options);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unreadable_number_of_answers_is_refused(bool streamed) =>
        Assert.Equal(BudgetRefusal.Unbounded, (await RefusedAsync(streamed, new ChatOptions { AdditionalProperties = new() { ["n"] = "many" } })).Refusal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Factory_may_add_to_the_input_so_the_whole_window_is_held(bool streamed)
    {
        BudgetExceededException e = await RefusedAsync(streamed, new ChatOptions { RawRepresentationFactory = _ => new object() });
        Assert.Equal((100_000, 10_000), (e.Asked.InputTokens, e.Asked.OutputTokens));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tool_that_runs_at_the_provider_is_refused_unless_overruns_are_accepted(bool streamed)
    {
        var options = new ChatOptions { Tools = [new HostedWebSearchTool()] };
        BudgetExceededException e = await RefusedAsync(streamed, options);
        Assert.Equal(BudgetRefusal.Unbounded, e.Refusal);
        Assert.Contains("web_search", e.Message, StringComparison.Ordinal);

        var bench = new BudgetBench(options: new BudgetOptions { InputBound = InputBound.Calibrated });
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        await bench.Gate.AskAsync(streamed, "hello", options);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sound_is_refused_under_a_cap_on_money(bool streamed)
    {
        ChatMessage[] ask = [new(ChatRole.User, [new DataContent(new byte[] { 1, 2, 3 }, "audio/wav")])];
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(streamed, ask));
        Assert.Equal(BudgetRefusal.UnknownPrice, e.Refusal);
        task.SetLimits(Limit.Calls(1));
        await bench.Gate.AskAsync(streamed, ask);
    }

    public static TheoryData<bool, AIContent> ContentsWithoutABound() => new()
    {
        { false, new DataContent(new byte[] { 1, 2, 3 }, "image/png") },
        { true, new DataContent(new byte[] { 1, 2, 3 }, "application/pdf") },
        { false, new UriContent("https://example.com/a.png", "image/png") },
        { true, new HostedFileContent("file-1") },
        { false, new AIContent() },
    };

    [Theory]
    [MemberData(nameof(ContentsWithoutABound))]
    public async Task Content_whose_size_is_not_known_is_held_as_the_whole_window(bool streamed, AIContent content)
    {
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.InputTokens(99_999));
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(streamed, [new ChatMessage(ChatRole.User, [content])]));
        Assert.Equal(100_000, e.Asked.InputTokens);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Schemas_of_tools_and_of_the_answer_are_in_the_hold(bool streamed)
    {
        string words = new('x', 5_000);
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.InputTokens(4_999));
        ChatOptions[] heavy =
        [
            new() { Tools = [AIFunctionFactory.Create(() => 1, "tool", words)] },
            new() { Instructions = words },
            new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(System.Text.Json.JsonDocument.Parse($$"""{"description":"{{words}}"}""").RootElement) },
        ];
        foreach (ChatOptions options in heavy)
        {
            BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(streamed, "hello", options));
            Assert.InRange(e.Asked.InputTokens, 5_000, 10_000);
        }
    }

    [Theory]
    [InlineData(false, 0L, 0L)]
    [InlineData(true, 0L, 0L)]
    [InlineData(false, null, 5L)]
    [InlineData(true, null, 5L)]
    [InlineData(false, 10L, null)]
    [InlineData(true, 10L, null)]
    [InlineData(false, -1L, -1L)]
    public async Task Half_of_the_usage_missing_or_zero_is_counted_and_said_to_be(bool streamed, long? input, long? output)
    {
        var bench = new BudgetBench((_, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "several words of an answer"))
        {
            Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output },
        }));
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        await bench.Gate.AskAsync(streamed, "hello");
        Assert.True(task.Summary.Spent.InputTokens > 0);
        Assert.True(task.Summary.Spent.OutputTokens >= 5);
        Assert.Equal(1, task.Summary.Estimated);
    }

    [Theory]
    [InlineData(null, 5L, 15L, 10, 5)]
    [InlineData(10L, null, 15L, 10, 5)]
    public async Task Half_that_the_total_tells_is_taken_from_it(long? input, long? output, long total, long expectedInput, long expectedOutput)
    {
        var bench = new BudgetBench((_, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "words"))
        {
            Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = total },
        }));
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        await bench.Gate.AskAsync(false, "hello");
        Assert.Equal((expectedInput, expectedOutput, 0), (task.Summary.Spent.InputTokens, task.Summary.Spent.OutputTokens, task.Summary.Estimated));
    }

    [Fact]
    public async Task Stream_cancelled_before_its_first_token_is_charged_in_full()
    {
        using var cancel = new CancellationTokenSource();
        var bench = new BudgetBench(async (_, token) =>
        {
            await cancel.CancelAsync();
            token.ThrowIfCancellationRequested();
            throw new InvalidOperationException();
        });
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        NanoUsd worst = (await bench.Budgets.EstimateAsync(bench.Gate, [new ChatMessage(ChatRole.User, "hello")])).WorstCase!.Value;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Gate.AskAsync(true, "hello", cancellationToken: cancel.Token));
        Assert.Equal((worst, default), (task.Spent, task.Summary.Held));
    }

    [Fact]
    public async Task Call_cancelled_before_it_is_sent_is_free()
    {
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Gate.AskAsync(true, "hello", cancellationToken: new CancellationToken(canceled: true)));
        Assert.Empty(bench.Provider.Calls);
        Assert.Equal((default, default), (task.Spent, task.Summary.Held));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_that_is_made_in_the_background_is_charged_in_full_at_once(bool streamed)
    {
        var bench = new BudgetBench((_, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "begun")) { ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 }) }));
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        NanoUsd worst = (await bench.Budgets.EstimateAsync(bench.Gate, [new ChatMessage(ChatRole.User, "hello")])).WorstCase!.Value;
        await bench.Gate.AskAsync(streamed, "hello");
        Assert.Equal((worst, 1), (task.Spent, task.Summary.Estimated));
    }

    [Fact]
    public async Task Reader_that_throws_in_the_middle_of_a_stream_pays_for_what_came()
    {
        var bench = new BudgetBench("one two three four five six");
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (ChatResponseUpdate _ in bench.Gate.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "hello")]))
            {
                throw new InvalidOperationException("the reader's own");
            }
        });
        Assert.True(task.Spent.Value > 0);
        Assert.Equal(default, task.Summary.Held);
    }

    [Fact]
    public async Task Stream_that_is_made_in_a_task_and_read_after_it_is_still_charged_to_it()
    {
        var bench = new BudgetBench();
        IAsyncEnumerable<ChatResponseUpdate> stream;
        BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        stream = bench.Gate.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "hello")]);
        task.Dispose();
        Assert.Equal("an answer", (await stream.ToChatResponseAsync()).Text);
        Assert.Equal(BudgetBench.AnswerCost, task.Spent);
    }

    [Fact]
    public async Task Outer_task_that_ends_first_still_limits_the_inner_one()
    {
        var bench = new BudgetBench();
        BudgetTask outer = bench.Budgets.BeginTask("outer", Limit.Calls(1));
        using BudgetTask inner = bench.Budgets.BeginTask("inner");
        outer.Dispose();
        await bench.Gate.AskAsync(false, "hello");
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(false, "hello"));
        Assert.Equal(outer.Scope, e.Scope);
    }

    [Fact]
    public async Task Failed_allocation_leaves_the_task_around_it_ambient()
    {
        var bench = new BudgetBench(options: new BudgetOptions { HoldWait = TimeSpan.Zero });
        using BudgetTask parent = bench.Budgets.BeginTask("parent", Limit.Usd(0.02m));
        await Assert.ThrowsAsync<BudgetExceededException>(async () => await bench.Budgets.AllocateTaskAsync("child", new BudgetTaskOptions { Limits = [Limit.Usd(0.03m)] }));
        Assert.Equal(parent.Id, AmbientTask.Current!.Id);
        await bench.Gate.AskAsync(false, "hello");
        Assert.Equal(BudgetBench.AnswerCost, parent.Spent);
    }

    [Theory]
    [InlineData("acme", "ACME", 1)]
    [InlineData(null, "ACME", 2)]
    public async Task Named_limit_is_one_account_however_it_is_spelt(string? id, string other, int expected)
    {
        var options = new BudgetOptions { HoldWait = TimeSpan.Zero };
        options.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.Tenant, Id = id, Calls = 1 });
        var bench = new BudgetBench(options: options);
        foreach (string tenant in new[] { "acme", other })
        {
            var ask = new ChatOptions();
            RequestSettings.Tenant.Set(ask, tenant);
            await Record.ExceptionAsync(() => bench.Gate.AskAsync(false, "hello", ask));
        }

        Assert.Equal(expected, bench.Provider.Calls.Count);
    }

    [Theory]
    [InlineData("a", "b/c", "a/b", "c")]
    [InlineData("a", "b", null, "a/b")]
    [InlineData("a%2Fb", "c", "a/b", "c")]
    public async Task Users_cannot_reach_the_account_of_another_by_the_letters_of_their_names(string tenant, string user, string? otherTenant, string otherUser)
    {
        var options = new BudgetOptions { HoldWait = TimeSpan.Zero };
        options.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.User, Calls = 1 });
        var bench = new BudgetBench(options: options);
        await bench.Gate.AskAsync(false, "hello", As(tenant, user));
        await bench.Gate.AskAsync(false, "hello", As(otherTenant, otherUser));
        Assert.Equal(2, bench.Provider.Calls.Count);

        static ChatOptions As(string? tenant, string user)
        {
            var options = new ChatOptions();
            RequestSettings.User.Set(options, user);
            if (tenant is not null)
            {
                RequestSettings.Tenant.Set(options, tenant);
            }

            return options;
        }
    }

    [Theory]
    [InlineData("test-model", null)]
    [InlineData("Other-Model", "other-model")]
    public async Task Limit_on_a_model_binds_one_that_no_catalogue_knows(string limited, string? asked)
    {
        var options = new BudgetOptions { HoldWait = TimeSpan.Zero };
        options.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.Model, Id = limited, Calls = 1 });
        var bench = new BudgetBench(options: options, model: new ModelInfo("not-it") { Prices = new ModelPrices(1, 1) });
        var ask = new ChatOptions { ModelId = asked };
        await bench.Gate.AskAsync(false, "hello", ask);
        await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(false, "hello", ask));
    }

    [Fact]
    public async Task Answer_that_costs_more_than_its_hold_is_posted_in_full_and_stops_what_follows()
    {
        var bench = new BudgetBench((_, _) => Task.FromResult(ScriptedChatClient.Answer("done", 10, 600_000)));
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        await bench.Gate.AskAsync(false, "hello");
        Assert.Equal(1_200_010_000, task.Spent.Value);
        Assert.Equal(-200_010_000, task.Summary.Limits[0].Left);
        await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(false, "hello"));
    }

    private static async Task<BudgetExceededException> RefusedAsync(bool streamed, ChatOptions options)
    {
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(0.019m));
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(streamed, "hello", options));
        Assert.Empty(bench.Provider.Calls);
        return e;
    }
}
