using CsCheck;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;

namespace TokenThrift.Tests.Budgets;

public class HoldPlannerTests
{
    private static readonly Gen<long> Price = Gen.Long[0, 100_000_000];

    private static readonly Gen<ModelPrices> Prices =
        from input in Price
        from output in Price
        from cached in Price.Nullable()
        from write in Price.Nullable()
        from reasoning in Price.Nullable()
        from tier in Gen.Select(Gen.Long[1, 300_000], Price, Price, Price.Nullable())
        from tiered in Gen.Bool
        select new ModelPrices(input, output)
        {
            CachedInput = cached,
            CacheWrite = write,
            Reasoning = reasoning,
            Tiers = tiered ? [new PriceTier(tier.Item1, new ModelPrices(tier.Item2, tier.Item3) { CacheWrite = tier.Item4 })] : [],
        };

    [Fact]
    public void Hold_covers_any_usage_within_its_bounds()
    {
        Gen<(ModelPrices Prices, long Bound, long Limit, TokenUsage Usage)> calls =
            from prices in Prices
            from bound in Gen.Long[0, 1_000_000]
            from limit in Gen.Long[0, 200_000]
            from input in Gen.Long[0, bound]
            from output in Gen.Long[0, limit]
            from cached in Gen.Long[0, input]
            from written in Gen.Long[0, input - cached]
            from reasoning in Gen.Long[0, output]
            select (prices, bound, limit, new TokenUsage(input, output) { CachedInput = cached, CacheWrite = written, Reasoning = reasoning });

        calls.Sample(c => HoldPrice.Of(c.Prices, c.Bound, c.Limit)!.Value >= UsageCost.Of(c.Usage, c.Prices)!.Value, iter: 20_000);
    }

    [Fact]
    public void Affordable_output_fits_and_one_token_more_does_not()
    {
        Gen.Select(Prices, Gen.Long[0, 100_000], Gen.Long[0, 10_000_000_000]).Sample(
            (prices, input, amount) =>
            {
                long tokens = HoldPrice.Affordable(prices, input, new NanoUsd(amount))!.Value;
                bool fits = tokens is 0 or long.MaxValue || HoldPrice.Of(prices, input, tokens)!.Value.Value <= amount;
                bool isMost = tokens == long.MaxValue || HoldPrice.Of(prices, input, tokens + 1)!.Value.Value > amount;
                return fits && isMost;
            },
            iter: 20_000);
    }

    [Fact]
    public void Written_limit_is_the_one_that_was_priced()
    {
        Gen<HoldPlanner.Facts> facts =
            from prices in Prices
            from max in Gen.Long[1, 200_000].Nullable()
            from window in Gen.Long[1, 1_000_000].Nullable()
            from bound in Gen.Long[0, 2_000_000].Nullable()
            from asked in Gen.Int[-5, 1_000_000].Nullable()
            from requests in Gen.Int[1, 4]
            select new HoldPlanner.Facts
            {
                Model = new ModelInfo("m") { Prices = prices, MaxOutputTokens = max, ContextTokens = window },
                InputBound = bound,
                RequestedOutput = asked,
                RequestsPerCall = requests,
            };

        Gen.Select(facts, Gen.Long[0, 1_000_000_000]).Sample(
            (f, left) =>
            {
                BudgetState state = new(new BudgetScope(BudgetScopeKind.Task, "t"), Limit.Usd(left / 1_000_000_000m), 0, 0, null);
                BudgetPlan plan = HoldPlanner.Plan(f, [state], new BudgetOptions());
                if (plan.Refusal is not null)
                {
                    return f.InputBound is null && f.Model!.ContextTokens is null;
                }

                long input = plan.WorstCase.InputTokens / f.RequestsPerCall;
                return plan.WriteOutput is > 0 and { } write
                    && plan.WorstCase.OutputTokens == (long)write * f.RequestsPerCall
                    && plan.WorstCase.Usd.Value == Math.Min(BudgetAmounts.Max, HoldPrice.Of(f.Model!.Prices, input, write)!.Value.Value * f.RequestsPerCall)
                    && (f.RequestedOutput is not > 0 || write <= f.RequestedOutput)
                    && write <= (f.Model.MaxOutputTokens ?? f.Model.ContextTokens ?? int.MaxValue);
            },
            iter: 20_000);
    }

    [Fact]
    public void Input_that_cannot_be_bounded_is_held_as_the_whole_window_or_refused()
    {
        BudgetState state = new(new BudgetScope(BudgetScopeKind.Task, "t"), Limit.Usd(100m), 0, 0, null);
        var model = new ModelInfo("m") { Prices = new ModelPrices(1, 1), MaxOutputTokens = 10, ContextTokens = 500 };
        Assert.Equal(500, HoldPlanner.Plan(new() { Model = model, RequestsPerCall = 1 }, [state], new BudgetOptions()).WorstCase.InputTokens);
        Assert.Equal(BudgetRefusal.Unbounded, HoldPlanner.Plan(new() { Model = model with { ContextTokens = null }, RequestsPerCall = 1 }, [state], new BudgetOptions()).Refusal);
    }

    [Fact]
    public void Hold_covers_every_request_that_the_client_may_send_by_itself()
    {
        BudgetState state = new(new BudgetScope(BudgetScopeKind.Task, "t"), Limit.Usd(100m), 0, 0, null);
        var model = new ModelInfo("m") { Prices = new ModelPrices(1_000_000, 2_000_000), MaxOutputTokens = 10 };
        var facts = new HoldPlanner.Facts { Model = model, InputBound = 100, RequestsPerCall = 1 };
        NanoUsd one = HoldPlanner.Plan(facts, [state], new BudgetOptions()).WorstCase.Usd;
        Assert.Equal(120_000, one.Value);
        Assert.Equal(4 * one.Value, HoldPlanner.Plan(facts with { RequestsPerCall = 4 }, [state], new BudgetOptions()).WorstCase.Usd.Value);
    }
}
