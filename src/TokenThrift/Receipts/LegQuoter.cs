using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Receipts;

/// <summary>Quotes requests for one leg, from its prices and from what its last calls were like. Safe for concurrent use.</summary>
/// <param name="counters">The token counters.</param>
internal sealed class LegQuoter(TokenCounters counters)
{
    private const long FirstGuessOfOutput = 500;
    private const int Memory = 20;
    private readonly PromptCacheSimulator _cache = new(20_000);
    private readonly Lock _lock = new();
    private double _meanOutput;
    private int _seen;
    private bool _usesPromptCache;

    /// <summary>Takes in a call that ended.</summary>
    public void Learn(CallRecord call, DateTimeOffset now)
    {
        if (call is not { Model: { } model, Sent: { } sent, IsUnbilled: false })
        {
            return;
        }

        _ = _cache.Send(model, sent.ShapeFor(counters.For(model)), now);
        lock (_lock)
        {
            _usesPromptCache |= call.Usage.CachedInput + call.Usage.CacheWrite > 0;
            if (call.Outcome == CallOutcome.Served)
            {
                _seen = Math.Min(_seen + 1, Memory);
                _meanOutput += (call.Usage.Output - _meanOutput) / _seen;
            }
        }
    }

    /// <summary>Quotes a request. The expected amounts are estimates; the worst case is a bound.</summary>
    public CallQuote Quote(ModelInfo? model, IReadOnlyList<ChatMessage> messages, ChatOptions? options, DateTimeOffset now)
    {
        ITokenCounter counter = counters.For(model);
        long counted = counter.Count(messages, options);
        InputScale scale = model is null ? InputScale.One : InputScale.Of(counters.Calibration.Ratio(model.Id));
        long input = scale.Apply(counted);
        long output = ExpectedOutput(model, options);
        if (model is null)
        {
            return new CallQuote { InputTokens = input, OutputTokens = output };
        }

        bool usesPromptCache = CanUsePromptCache(model);
        long cached = usesPromptCache ? scale.Apply(_cache.Peek(model, PromptShape.Of(counter, messages, options), now)) : 0;
        TokenUsage usage = PromptCacheUse.Divide(model, new TokenUsage(input, output), cached, usesPromptCache);
        return new CallQuote
        {
            Model = model,
            InputTokens = input,
            CachedInputTokens = usage.CachedInput,
            OutputTokens = output,
            Expected = UsageCost.Of(usage, model.Prices),
            WorstCase = WorstCase(model, counter.UpperBound(messages, options), options),
            Refusal = (model.MaxInputTokens ?? model.ContextTokens) is { } limit && input > limit ? "context-window" : null,
        };
    }

    // No kind of input costs more than the dearest of the three, at any size; no kind of output more than the dearer of the two.
    private static NanoUsd? WorstCase(ModelInfo model, long? inputBound, ChatOptions? options)
    {
        long? outputBound = options?.MaxOutputTokens is { } asked ? Math.Min(asked, model.MaxOutputTokens ?? asked) : model.MaxOutputTokens;
        if (inputBound is not { } input || outputBound is not { } output)
        {
            return null;
        }

        NanoUsd? worst = null;
        foreach (ModelPrices prices in model.Prices.Tiers.Where(tier => tier.AboveInputTokens < input).Select(tier => tier.Prices).Prepend(model.Prices))
        {
            var dearest = new ModelPrices(
                Max(prices.Input, prices.CachedInput, prices.CacheWrite), Max(prices.Output, prices.Reasoning));
            if (UsageCost.Of(new TokenUsage(input, output), dearest) is not { } cost)
            {
                return null;
            }

            worst = worst is { } known ? NanoUsd.Max(known, cost) : cost;
        }

        return worst;
    }

    private static long? Max(long? price, params ReadOnlySpan<long?> others)
    {
        foreach (long? other in others)
        {
            price = price is null || other is null ? price : Math.Max(price.Value, other.Value);
        }

        return price;
    }

    private long ExpectedOutput(ModelInfo? model, ChatOptions? options)
    {
        long expected;
        lock (_lock)
        {
            expected = _seen == 0 ? FirstGuessOfOutput : (long)Math.Ceiling(_meanOutput);
        }

        return Math.Min(expected, options?.MaxOutputTokens ?? model?.MaxOutputTokens ?? expected);
    }

    private bool CanUsePromptCache(ModelInfo model)
    {
        lock (_lock)
        {
            return !model.PromptCache.NeedsBreakpoints || _usesPromptCache;
        }
    }
}
