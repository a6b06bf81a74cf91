using Microsoft.Extensions.AI;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

public sealed class ExactTierTests
{
    private static readonly AITool Read = AIFunctionFactory.CreateDeclaration("read", "Reads.", AIFunctionFactory.Create((string path) => path).JsonSchema);
    private static readonly AITool Delete = AIFunctionFactory.CreateDeclaration("delete", "Deletes.", AIFunctionFactory.Create((string path) => path).JsonSchema);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Identical_request_is_answered_from_the_cache_streamed_or_not(bool first, bool second)
    {
        using var bench = new CacheBench("forty two it is");
        await bench.AskAsync(first, "What is six times seven?");
        (ChatResponse response, CacheRecord record) = await bench.AskAsync(second, "What is six times seven?");
        Assert.Equal(1, bench.Calls);
        Assert.Equal("forty two it is", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal(CacheTier.Exact, record.Tier);
        Assert.Equal(new TokenUsage(10, 5), record.SavedUsage);
        Assert.NotNull(record.EntryId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hit_spends_no_usage_and_says_what_it_saved(bool streamed)
    {
        using var bench = new CacheBench();
        await bench.AskAsync(streamed, "q");
        bench.Time.Advance(TimeSpan.FromMinutes(3));
        (ChatResponse response, _) = await bench.AskAsync(streamed, "q");
        Assert.Equal(0, response.Usage?.TotalTokenCount ?? 0);
        CacheHit hit = Assert.IsType<CacheHit>(CacheHit.Find(response));
        Assert.Equal(new TokenUsage(10, 5), hit.SavedUsage);
        Assert.Equal(TimeSpan.FromMinutes(3), hit.Age);
    }

    public static TheoryData<string, ChatOptions?, ChatOptions?> Different() => new()
    {
        { "tools", new() { Tools = [Read] }, new() { Tools = [Delete] } },
        { "no tools", new() { Tools = [Read] }, null },
        { "tool mode", new() { Tools = [Read], ToolMode = ChatToolMode.Auto }, new() { Tools = [Read], ToolMode = ChatToolMode.RequireAny } },
        { "model", new() { ModelId = "a" }, new() { ModelId = "b" } },
        { "instructions", new() { Instructions = "Be brief." }, new() { Instructions = "Be long." } },
        { "format", new() { ResponseFormat = ChatResponseFormat.Json }, null },
        { "seed", new() { Seed = 1 }, new() { Seed = 2 } },
        { "top p", new() { TopP = 0.1f }, null },
        { "output limit", new() { MaxOutputTokens = 5 }, null },
        { "stop", new() { StopSequences = ["a"] }, new() { StopSequences = ["b"] } },
        { "reasoning", new() { Reasoning = new() { Effort = ReasoningEffort.Low } }, new() { Reasoning = new() { Effort = ReasoningEffort.High } } },
        { "property", new() { AdditionalProperties = new() { ["x"] = 1 } }, new() { AdditionalProperties = new() { ["x"] = 2 } } },
        { "tenant", CacheBench.For(tenant: "a"), CacheBench.For(tenant: "b") },
        { "user", CacheBench.For(user: "a"), CacheBench.For(user: "b") },
        { "session of nobody known", CacheBench.For(session: "a"), CacheBench.For(session: "b") },
    };

    [Theory]
    [MemberData(nameof(Different))]
    public async Task Whatever_shapes_an_answer_keeps_requests_apart(string what, ChatOptions? left, ChatOptions? right)
    {
        using var bench = new CacheBench();
        await bench.AskAsync(false, "q", left);
        await bench.AskAsync(false, "q", right);
        Assert.True(bench.Calls == 2, what);
    }

    public static TheoryData<string, ChatOptions?, ChatOptions?> Same() => new()
    {
        { "none and empty", null, new() },
        { "format text", new() { ResponseFormat = ChatResponseFormat.Text }, null },
        { "order of properties", new() { AdditionalProperties = new() { ["x"] = 1, ["y"] = 2 } }, new() { AdditionalProperties = new() { ["y"] = 2, ["x"] = 1 } } },
        { "session of a known user", CacheBench.For(user: "u", session: "a"), CacheBench.For(user: "u", session: "b") },
    };

    [Theory]
    [MemberData(nameof(Same))]
    public async Task What_shapes_no_answer_does_not(string what, ChatOptions? left, ChatOptions? right)
    {
        using var bench = new CacheBench();
        await bench.AskAsync(false, "q", left);
        await bench.AskAsync(false, "q", right);
        Assert.True(bench.Calls == 1, what);
    }

    [Fact]
    public async Task Ids_and_times_that_change_from_run_to_run_do_not_matter()
    {
        using var bench = new CacheBench();
        foreach (string run in new[] { "1", "2" })
        {
            await bench.AskAsync(false,
            [
                new ChatMessage(ChatRole.User, "q") { MessageId = run, CreatedAt = DateTimeOffset.UnixEpoch.AddDays(run.Length) },
                new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("call" + run, "read", new Dictionary<string, object?> { ["b"] = 1, ["a"] = "x" })]),
                new ChatMessage(ChatRole.Tool, [new FunctionResultContent("call" + run, "result")]),
            ]);
        }

        Assert.Equal(1, bench.Calls);
    }

    [Fact]
    public async Task Changed_context_of_an_agent_never_gets_its_previous_turn_back()
    {
        using var bench = new CacheBench();
        await bench.AskAsync(false, "q");
        await bench.AskAsync(false, [new(ChatRole.User, "q"), new(ChatRole.Assistant, "a"), new(ChatRole.User, "q")]);
        Assert.Equal(2, bench.Calls);
    }

    public static TheoryData<string, ChatOptions> Bypassed() => new()
    {
        { "bypass-conversation", new() { ConversationId = "c" } },
        { "bypass-temperature", new() { Temperature = 0.7f } },
        { "bypass-hosted-tool", new() { Tools = [new HostedWebSearchTool()] } },
        { "bypass-raw-representation", new() { RawRepresentationFactory = _ => null } },
        { "bypass-asked", With(CacheRequestSettings.Bypass, true) },
        { "bypass-purpose", With(RequestSettings.Purpose, CallPurpose.Judge) },
        { "bypass-unhashable", new() { AdditionalProperties = new() { ["loop"] = Loop() } } },
    };

    [Theory]
    [MemberData(nameof(Bypassed))]
    public async Task Request_that_the_cache_cannot_judge_goes_past_it(string reason, ChatOptions options)
    {
        using var bench = new CacheBench();
        await bench.AskAsync(true, "q", options);
        (ChatResponse response, CacheRecord record) = await bench.AskAsync(false, "q", options);
        Assert.Equal(2, bench.Calls);
        Assert.Equal("the answer", response.Text);
        Assert.Equal((CacheTier.None, reason), (record.Tier, record.Reason));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0f)]
    [InlineData(0.3f)]
    public async Task Low_or_unset_temperature_is_cached(float? temperature)
    {
        using var bench = new CacheBench();
        await bench.AskAsync(false, "q", new() { Temperature = temperature });
        await bench.AskAsync(false, "q", new() { Temperature = temperature });
        Assert.Equal(1, bench.Calls);
    }

    [Fact]
    public async Task Setting_that_cannot_be_read_is_named()
    {
        using var bench = new CacheBench();
        var options = new ChatOptions { AdditionalProperties = new() { [CacheRequestSettings.Refresh.Key] = "perhaps" } };
        var e = await Assert.ThrowsAsync<ArgumentException>(() => bench.AskAsync(false, "q", options));
        Assert.Contains("tokenthrift.cache.refresh", e.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, ChatResponse> Unfit() => new()
    {
        { "truncated", Answer(r => r.FinishReason = ChatFinishReason.Length) },
        { "filtered", Answer(r => r.FinishReason = ChatFinishReason.ContentFilter) },
        { "error", new(new ChatMessage(ChatRole.Assistant, [new TextContent("a"), new ErrorContent("e")])) { FinishReason = ChatFinishReason.Stop } },
        { "empty", new(new ChatMessage(ChatRole.Assistant, " ")) { FinishReason = ChatFinishReason.Stop } },
        { "tool call", ScriptedChatClient.ToolCall("read") },
        { "stateful", Answer(r => r.ConversationId = "c") },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task Answer_that_is_not_whole_is_never_kept(string what, ChatResponse answer)
    {
        foreach (bool streamed in new[] { false, true })
        {
            using var bench = new CacheBench(new ScriptedChatClient(_ => answer));
            await bench.AskAsync(streamed, "q");
            await bench.AskAsync(streamed, "q");
            Assert.True(bench.Calls == 2, what);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_of_a_tool_that_was_opted_in_is_kept_for_identical_requests(bool streamed)
    {
        using var bench = new CacheBench(
            new ScriptedChatClient(_ => ScriptedChatClient.ToolCall("read", new Dictionary<string, object?> { ["path"] = "a" })),
            o => o.CacheableTools = new HashSet<string> { "read" });
        await bench.AskAsync(streamed, "q");
        (ChatResponse response, _) = await bench.AskAsync(streamed, "q");
        Assert.Equal(1, bench.Calls);
        FunctionCallContent call = Assert.IsType<FunctionCallContent>(Assert.Single(response.Messages[0].Contents, c => c is FunctionCallContent));
        Assert.Equal("a", call.Arguments!["path"]!.ToString());
    }

    [Fact]
    public async Task What_a_caller_does_to_a_hit_does_not_reach_the_next()
    {
        using var bench = new CacheBench();
        await bench.AskAsync(false, "q");
        (ChatResponse first, _) = await bench.AskAsync(false, "q");
        ((TextContent)first.Messages[0].Contents[0]).Text = "spoilt";
        first.Messages.Clear();
        Assert.Equal("the answer", (await bench.AskAsync(false, "q")).Response.Text);
    }

    [Fact]
    public async Task Refresh_asks_afresh_and_replaces()
    {
        int asked = 0;
        using var bench = new CacheBench(new ScriptedChatClient(_ => ScriptedChatClient.Answer("a" + ++asked)));
        await bench.AskAsync(false, "q");
        Assert.Equal("a2", (await bench.AskAsync(false, "q", With(CacheRequestSettings.Refresh, true))).Response.Text);
        Assert.Equal("a2", (await bench.AskAsync(false, "q")).Response.Text);
    }

    [Fact]
    public async Task Answer_ends_with_its_time_to_live_its_tag_and_its_epoch()
    {
        using var bench = new CacheBench();
        ChatOptions tagged = With(CacheRequestSettings.Tags, "prices, shop");
        await bench.AskAsync(false, "q", tagged);
        await bench.Cache.RemoveByTagAsync("shop");
        await bench.AskAsync(false, "q", tagged);
        Assert.Equal(2, bench.Calls);
        bench.Time.Advance(bench.Options.TimeToLive);
        await bench.AskAsync(false, "q", tagged);
        Assert.Equal(3, bench.Calls);
        bench.Options.Epoch = "2";
        await bench.AskAsync(false, "q", tagged);
        Assert.Equal(4, bench.Calls);
    }

    [Fact]
    public async Task Sliding_time_to_live_ends_an_answer_that_nobody_uses()
    {
        using var bench = new CacheBench("a", o => o.SlidingTimeToLive = TimeSpan.FromMinutes(10));
        for (int i = 0; i < 3; i++)
        {
            await bench.AskAsync(false, "q");
            bench.Time.Advance(TimeSpan.FromMinutes(9));
        }

        Assert.Equal(1, bench.Calls);
        bench.Time.Advance(TimeSpan.FromMinutes(2));
        await bench.AskAsync(false, "q");
        Assert.Equal(2, bench.Calls);
    }

    [Fact]
    public async Task Hit_reported_as_wrong_is_asked_afresh()
    {
        using var bench = new CacheBench();
        await bench.AskAsync(false, "q");
        CacheHit hit = CacheHit.Find((await bench.AskAsync(false, "q")).Response)!;
        var feedback = bench.Client.GetService<ICacheFeedback>()!;
        Assert.True(await feedback.ReportWrongAsync(hit.HitId));
        Assert.False(await feedback.ReportWrongAsync("unknown"));
        await bench.AskAsync(false, "q");
        Assert.Equal(2, bench.Calls);
    }

    [Fact]
    public async Task Tenant_past_its_write_quota_is_answered_but_stores_no_more()
    {
        using var bench = new CacheBench("a", o => o.MaxWritesPerTenantPerHour = 1);
        await bench.AskAsync(false, "one", CacheBench.For(tenant: "t"));
        await bench.AskAsync(false, "two", CacheBench.For(tenant: "t"));
        await bench.AskAsync(false, "two", CacheBench.For(tenant: "t"));
        Assert.Equal(3, bench.Calls);
        await bench.AskAsync(false, "one", CacheBench.For(tenant: "t"));
        Assert.Equal(3, bench.Calls);
    }

    [Fact]
    public void Option_out_of_its_limits_is_named()
    {
        using var bench = new CacheBench();
        var e = Assert.Throws<ArgumentException>(() => new SemanticCachingChatClient(bench.Provider, bench.Cache, new() { MaxAnswerLength = 0 }));
        Assert.Contains("MaxAnswerLength must be at least 1, but is 0", e.Message, StringComparison.Ordinal);
    }

    private static ChatOptions With<T>(RequestSetting<T> setting, T value)
    {
        var options = new ChatOptions();
        setting.Set(options, value);
        return options;
    }

    private static ChatResponse Answer(Action<ChatResponse> change)
    {
        ChatResponse response = ScriptedChatClient.Answer("an answer");
        change(response);
        return response;
    }

    private static Node Loop()
    {
        var node = new Node();
        node.Next = node;
        return node;
    }

    private sealed class Node
    {
        public Node? Next { get; set; }
    }
}
