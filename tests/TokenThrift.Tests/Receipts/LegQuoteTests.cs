using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Receipts;

public sealed class LegQuoteTests
{
    private static readonly ChatMessage[] Prompt = [new(ChatRole.User, "What is owed?")];

    [Fact]
    public async Task Quote_bounds_the_cost_by_the_dearest_price_and_the_longest_answer()
    {
        ModelInfo model = new("m") { Prices = new ModelPrices(1000, 4000) { CacheWrite = 1250, Reasoning = 5000 }, MaxOutputTokens = 1000 };
        CallQuote quote = await LegOf(model).QuoteAsync(Prompt, null);
        long bound = TokenCounters.Shared.For(model).UpperBound(Prompt, null)!.Value;
        Assert.Equal(UsageCost.Of(new TokenUsage(bound, 1000), new ModelPrices(1250, 5000)), quote.WorstCase);
        Assert.True(quote.Expected < quote.WorstCase);
    }

    [Fact]
    public async Task Quote_has_no_worst_case_where_the_output_has_no_limit()
    {
        ModelInfo model = new("m") { Prices = new ModelPrices(1000, 4000) };
        Assert.Null((await LegOf(model).QuoteAsync(Prompt, null)).WorstCase);
        Assert.NotNull((await LegOf(model).QuoteAsync(Prompt, new ChatOptions { MaxOutputTokens = 5 })).WorstCase);
    }

    [Fact]
    public async Task Quote_refuses_what_does_not_fit_the_window()
    {
        ModelInfo model = new("m") { Prices = new ModelPrices(1000, 4000), ContextTokens = 3 };
        CallQuote quote = await LegOf(model).QuoteAsync(Prompt, null);
        Assert.Equal("context-window", quote.Refusal);
    }

    [Fact]
    public async Task Quote_has_no_price_for_an_unknown_model()
    {
        CallQuote quote = await LegOf(new ModelInfo("other")).QuoteAsync(Prompt, new ChatOptions { ModelId = "nobody-knows" });
        Assert.Null(quote.Expected);
        Assert.Null(quote.WorstCase);
        Assert.True(quote.InputTokens > 0);
    }

    [Fact]
    public async Task Quote_expects_the_output_that_the_last_calls_had()
    {
        MeteringChatClient leg = LegOf(new ModelInfo("m") { Prices = new ModelPrices(1000, 4000) });
        await leg.GetResponseAsync(Prompt);
        Assert.Equal(40, (await leg.QuoteAsync(Prompt, null)).OutputTokens);
    }

    [Fact]
    public async Task Quote_expects_the_prefix_that_was_just_sent_to_be_cached()
    {
        MeteringChatClient leg = LegOf(new ModelInfo("m") { Prices = new ModelPrices(1000, 4000) { CachedInput = 100 }, PromptCache = new PromptCacheRules(10, TimeSpan.FromMinutes(5), false) });
        ChatMessage[] history = [new(ChatRole.System, string.Join(' ', Enumerable.Range(0, 50)))];
        Assert.Equal(0, (await leg.QuoteAsync(history, null)).CachedInputTokens);
        await leg.GetResponseAsync(history);
        CallQuote next = await leg.QuoteAsync([.. history, .. Prompt], null);
        Assert.True(next.CachedInputTokens >= 50);
        Assert.True(next.CachedInputTokens < next.InputTokens);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Quote_expects_what_is_not_cached_to_be_written_where_the_vendor_charges_for_it(bool needsBreakpoints, bool charged)
    {
        ModelPrices prices = new(1000, 4000) { CachedInput = 100, CacheWrite = 1250 };
        MeteringChatClient leg = LegOf(new ModelInfo("m") { Prices = prices, PromptCache = new PromptCacheRules(10, TimeSpan.FromMinutes(5), needsBreakpoints) });
        ChatMessage[] history = [new(ChatRole.System, string.Join(' ', Enumerable.Range(0, 50)))];
        CallQuote first = await leg.QuoteAsync(history, null);
        Assert.Equal(UsageCost.Of(new TokenUsage(first.InputTokens, first.OutputTokens) { CacheWrite = charged ? first.InputTokens : 0 }, prices), first.Expected);
        await leg.GetResponseAsync(history);
        CallQuote next = await leg.QuoteAsync([.. history, .. Prompt], null);
        long written = charged ? next.InputTokens - next.CachedInputTokens : 0;
        Assert.Equal(charged, written > 0 && next.CachedInputTokens > 0);
        Assert.Equal(UsageCost.Of(new TokenUsage(next.InputTokens, next.OutputTokens) { CachedInput = next.CachedInputTokens, CacheWrite = written }, prices), next.Expected);
    }

    [Fact]
    public async Task Quote_expects_no_write_of_a_prompt_that_is_too_short_to_be_cached()
    {
        ModelPrices prices = new(1000, 4000) { CacheWrite = 1250 };
        CallQuote quote = await LegOf(new ModelInfo("m") { Prices = prices, PromptCache = new PromptCacheRules(1000, TimeSpan.FromMinutes(5), false) }).QuoteAsync(Prompt, null);
        Assert.Equal(UsageCost.Of(new TokenUsage(quote.InputTokens, quote.OutputTokens), prices), quote.Expected);
    }

    private static MeteringChatClient LegOf(ModelInfo model) => new(
        new ScriptedChatClient(call => ScriptedChatClient.Answer("answer", TokenCounters.Shared.For(null).Count(call.Messages, null), 40)),
        new ModelCatalog([model]), TokenCounters.Shared, TimeProvider.System, model.Id);
}
