using CsCheck;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Receipts;

public sealed class SavingsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cache_hit_saves_the_whole_request(bool streamed)
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient("unused"), between: inner => new Decorated(inner, (recorder, _) =>
        {
            recorder.Set(new CacheRecord { Tier = CacheTier.Exact, SavedUsage = new TokenUsage(1000, 100), ModelId = "strong" });
            return Task.FromResult<ChatResponse?>(ScriptedChatClient.Answer("from the cache"));
        }));
        ThriftReceipt receipt = ReceiptTestBed.ReceiptOf(await bed.Client.AskAsync(streamed, "hello"));
        Assert.Equal(NanoUsd.Zero, receipt.Spent);
        Assert.True(receipt.Baseline > new NanoUsd(400_000));
        Assert.Equal(receipt.Baseline, receipt.Savings!.Value.Cache);
        Assert.Equal(receipt.Baseline, receipt.Savings.Value.Total);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Shorter_prompt_is_a_compression_saving(bool streamed)
    {
        var bed = new ReceiptTestBed(
            new ScriptedChatClient(call => ScriptedChatClient.Answer("a", TokenThrift.Tokens.TokenCounters.Shared.For(null).Count(call.Messages, null), 10)),
            between: inner => new Decorated(inner, (_, ask) => ask([new ChatMessage(ChatRole.User, "short")], null)));
        ThriftReceipt receipt = ReceiptTestBed.ReceiptOf(await bed.Client.AskAsync(streamed, string.Join(' ', Enumerable.Range(0, 500))));
        Assert.True(receipt.Savings!.Value.Compression > NanoUsd.Zero);
        Assert.Equal(receipt.Savings.Value.Total, receipt.Savings.Value.Compression);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_ids_that_a_vendor_is_shown_in_its_own_form_are_no_matter_of_compression(bool streamed)
    {
        bool isRenamed = false;
        string rows = string.Join(' ', Enumerable.Range(0, 5000));
        List<ChatMessage> History(string id) =>
        [
            new(ChatRole.User, "add the rows up"),
            new(ChatRole.Assistant, [new FunctionCallContent(id, "rows", new Dictionary<string, object?> { ["page"] = 1 })]),
            new(ChatRole.Tool, [new FunctionResultContent(id, rows)]),
        ];
        var bed = new ReceiptTestBed(
            new ScriptedChatClient(call => ScriptedChatClient.Answer("a", TokenThrift.Tokens.TokenCounters.Shared.For(null).Count(call.Messages, null), 10)),
            between: inner => new Decorated(inner, (_, ask) => ask(isRenamed ? [.. History("X9"), new ChatMessage(ChatRole.User, "again")] : null, null)));
        ThriftReceipt first = ReceiptTestBed.ReceiptOf(await bed.Client.AskAsync(streamed, History("call_1")));
        isRenamed = true;
        ThriftReceipt second = ReceiptTestBed.ReceiptOf(await bed.Client.AskAsync(streamed, [.. History("call_1"), new ChatMessage(ChatRole.User, "again")]));
        Assert.Equal(NanoUsd.Zero, first.Savings!.Value.Compression);
        // The prefix counts as one that was sent before: at most the few tokens of the ids may differ.
        Assert.True(Math.Abs(second.Savings!.Value.Compression.Value) * 50 < second.Baseline!.Value.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rejected_attempts_are_taken_off_the_routing_saving(bool streamed)
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient(_ => ScriptedChatClient.Answer("a b", 1000, 100)), between: inner => new Decorated(inner, async (recorder, ask) =>
        {
            await ask(null, new ChatOptions { ModelId = "cheap" });
            recorder.Judge(0, CallOutcome.Rejected, "schema-invalid");
            return await ask(null, new ChatOptions { ModelId = "strong" });
        }));
        ThriftReceipt receipt = ReceiptTestBed.ReceiptOf(await bed.Client.AskAsync(streamed, "hello"));
        Assert.Equal(new NanoUsd(1_400_000), receipt.Baseline);
        Assert.Equal(new NanoUsd(1_540_000), receipt.Spent);
        Assert.Equal(new NanoUsd(-140_000), receipt.Savings!.Value.Routing);
        Assert.Equal(CallOutcome.Rejected, receipt.Calls[0].Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cheaper_model_is_a_routing_saving_and_a_judge_is_overhead(bool streamed)
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient(_ => ScriptedChatClient.Answer("a b", 1000, 100)), between: inner => new Decorated(inner, async (_, ask) =>
        {
            ChatResponse answer = (await ask(null, new ChatOptions { ModelId = "cheap" }))!;
            var judge = new ChatOptions { ModelId = "cheap" };
            RequestSettings.Purpose.Set(judge, CallPurpose.Judge);
            await ask(null, judge);
            return answer;
        }));
        ThriftReceipt receipt = ReceiptTestBed.ReceiptOf(await bed.Client.AskAsync(streamed, "hello"));
        Assert.Equal(new NanoUsd(-140_000), receipt.Savings!.Value.Overhead);
        Assert.True(receipt.Savings.Value.Routing > NanoUsd.Zero);
        Assert.Equal(receipt.Baseline!.Value - receipt.Spent!.Value, receipt.Savings.Value.Total);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Price_that_is_not_known_is_no_saving_and_no_cost(bool streamed)
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient(_ => ScriptedChatClient.Answer("a b", 1000, 100)));
        await bed.Client.AskAsync(streamed, "hello", new ChatOptions { ModelId = "nobody-knows" });
        Assert.Null(bed.Last.Spent);
        Assert.Null(bed.Last.Savings);
        Assert.Equal(1, bed.Book.Total.UnpricedRequests);
        Assert.Equal(NanoUsd.Zero, bed.Book.Total.Spent);
    }

    [Fact]
    public async Task Provider_cache_that_serves_less_than_simulated_shows_as_a_negative_saving()
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient(call => ScriptedChatClient.Answer("a", TokenThrift.Tokens.TokenCounters.Shared.For(null).Count(call.Messages, null), 10)));
        ChatMessage[] history = [new(ChatRole.System, string.Join(' ', Enumerable.Range(0, 3000))), new(ChatRole.User, "one")];
        await bed.Client.GetResponseAsync(history);
        await bed.Client.GetResponseAsync([.. history, new ChatMessage(ChatRole.User, "two")]);
        SavingsByLever savings = bed.Last.Savings!.Value;
        Assert.True(savings.ProviderCache < NanoUsd.Zero);
        Assert.Equal(savings.Total, savings.ProviderCache);
    }

    [Fact]
    public void Simulated_cache_needs_a_long_prefix_that_is_not_too_old()
    {
        var simulator = new PromptCacheSimulator();
        ModelInfo model = ReceiptTestBed.Strong with { PromptCache = new PromptCacheRules(100, TimeSpan.FromMinutes(5), false) };
        DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var shape = new PromptShape([1, 2, 3], [60, 60, 60]);
        Assert.Equal(0, simulator.Send(model, shape, now));
        Assert.Equal(180, simulator.Send(model, shape, now.AddMinutes(4)));
        Assert.Equal(120, simulator.Send(model, new PromptShape([1, 2, 9], [60, 60, 60]), now.AddMinutes(8)));
        Assert.Equal(0, simulator.Send(model, new PromptShape([1, 8, 10], [60, 60, 60]), now.AddMinutes(8)));
        Assert.Equal(0, simulator.Send(model with { Id = "other" }, shape, now.AddMinutes(8)));
        Assert.Equal(0, simulator.Send(model, shape, now.AddMinutes(30)));
    }

    [Fact]
    public void Simulated_cache_stays_within_its_bounds()
    {
        var simulator = new PromptCacheSimulator(10);
        DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (int i = 0; i < 1000; i++)
        {
            simulator.Send(ReceiptTestBed.Strong, new PromptShape([(UInt128)i, (UInt128)(i + 1_000_000)], [2000, 2000]), now.AddSeconds(i));
        }

        Assert.Equal(4000, simulator.Peek(ReceiptTestBed.Strong, new PromptShape([999, 1_000_999], [2000, 2000]), now.AddSeconds(999)));
        Assert.Equal(0, simulator.Peek(ReceiptTestBed.Strong, new PromptShape([900, 1_000_900], [2000, 2000]), now.AddSeconds(999)));
    }

    [Fact]
    public void Levers_add_up_whatever_the_amounts() =>
        Gen.Long[0, 1_000_000_000_000].Array[6].Sample(v =>
        {
            var amounts = new SavingsAmounts(new(v[0]), new(v[1]), new(v[2]), new(v[3]), new(v[4]), new(v[5]));
            return amounts.ByLever.Total == amounts.AsSent - amounts.Spent;
        });

    [Fact]
    public void Unchanged_prompt_scales_to_exactly_what_was_billed() =>
        Gen.Select(Gen.Long[1, 10_000_000], Gen.Long[1, 10_000_000]).Sample((billed, counted) => InputScale.Of(billed, counted).Apply(counted) == billed);

    /// <summary>A decorator of the test's own, between receipts and the leg, that does what a capability would.</summary>
    private sealed class Decorated(IChatClient inner, Func<ReceiptRecorder, Func<IReadOnlyList<ChatMessage>?, ChatOptions?, Task<ChatResponse?>>, Task<ChatResponse?>> act)
        : ThriftChatClient(inner)
    {
        public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            (await act(ReceiptRecorder.Find(options)!, async (sent, own) => await InnerClient.GetResponseAsync(sent ?? messages, Merge(options, own), cancellationToken)))!;

        public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (ChatResponseUpdate update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            {
                yield return update;
            }
        }

        private static ChatOptions? Merge(ChatOptions? options, ChatOptions? own)
        {
            if (own is null)
            {
                return options;
            }

            ChatOptions merged = options!.Clone();
            merged.ModelId = own.ModelId;
            foreach ((string key, object? value) in own.AdditionalProperties ?? [])
            {
                merged.AdditionalProperties![key] = value;
            }

            return merged;
        }
    }
}
