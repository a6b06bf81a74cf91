using CsCheck;
using TokenThrift.Models;
using TokenThrift.Routing;

namespace TokenThrift.Tests.Routing;

/// <summary>The arithmetic of leaving a warm prompt cache.</summary>
public class SwitchCostTests
{
    // Prices in pico-dollars a token: a dear model and a cheap one, with prompt caches that bill for writing.
    private static readonly ModelPrices Dear = new(3_000_000, 15_000_000) { CachedInput = 300_000, CacheWrite = 3_750_000 };
    private static readonly ModelPrices Cheap = new(1_000_000, 5_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 };

    [Theory]
    [InlineData(5_000, 1, true)]
    [InlineData(50_000, 1, false)]
    [InlineData(50_000, 3, false)]
    [InlineData(50_000, 6, true)]
    [InlineData(150_000, 4, false)]
    public void The_longer_the_prompt_the_more_steps_a_move_needs(long prompt, int steps, bool pays) =>
        Assert.Equal(pays, SwitchCost.Pays(Warm(Dear, prompt), Cold(Cheap, prompt), steps, growth: 2_000));

    [Fact]
    public void A_model_without_a_cache_discount_is_never_worth_a_move_at_great_length()
    {
        var plain = new ModelPrices(1_000_000, 5_000_000);

        Assert.False(SwitchCost.Pays(Warm(Dear, 150_000), Cold(plain, 150_000), 1_000, growth: 2_000));
    }

    [Fact]
    public void Where_nothing_is_warm_the_cheaper_price_decides()
    {
        Assert.True(SwitchCost.Pays(Cold(Dear, 50_000), Cold(Cheap, 50_000), 1, growth: 2_000));
        Assert.False(SwitchCost.Pays(Cold(Cheap, 50_000), Cold(Dear, 50_000), 100, growth: 2_000));
    }

    [Fact]
    public void A_move_that_pays_costs_less_than_staying_summed_step_by_step() =>
        Gen.Select(Gen.Long[100, 200_000], Gen.Int[1, 50], Gen.Double[0, 5_000], Gen.Long[1, 20], Gen.Long[1, 20]).Sample((prompt, steps, growth, a, b) =>
        {
            SwitchSide current = Warm(Times(a), prompt);
            SwitchSide other = Cold(Times(b), prompt);
            double stay = current.FirstStep(usesCache: true) + ((steps - 1) * current.WarmStep(usesCache: true, growth));
            double move = other.FirstStep(usesCache: true) + ((steps - 1) * other.WarmStep(usesCache: true, growth));

            Assert.True(!SwitchCost.Pays(current, other, steps, growth) || move <= stay + (growth * Math.Max(a, b) * 1_250_000), $"{stay} {move}");
        });

    private static ModelPrices Times(long factor) => new(factor * 1_000_000, factor * 5_000_000) { CachedInput = factor * 100_000, CacheWrite = factor * 1_250_000 };

    private static SwitchSide Warm(ModelPrices prices, long prompt) => new(prices, prompt, prompt, 500);

    private static SwitchSide Cold(ModelPrices prices, long prompt) => new(prices, prompt, 0, 500);
}
