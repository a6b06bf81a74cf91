using TokenThrift.Models;

namespace TokenThrift.Tests.Models;

public class ModelCatalogTests
{
    private static readonly ModelCatalog Catalog = ModelCatalog.Default;

    [Theory]
    [InlineData("gpt-5.5", "gpt-5.5")]
    [InlineData("GPT-5.5", "gpt-5.5")]
    [InlineData("gpt-5.5-2026-04-01", "gpt-5.5")]
    [InlineData("openai/gpt-5.5", "gpt-5.5")]
    [InlineData("openai/gpt-5.5-2026-04-01", "gpt-5.5")]
    [InlineData("azure/gpt-5.5", "azure/gpt-5.5")]
    [InlineData("azure/gpt-5.5-2026-04-01", "azure/gpt-5.5")]
    [InlineData("claude-opus-4-8-20260528", "claude-opus-4-8")]
    [InlineData("anthropic/claude-opus-4-8", "claude-opus-4-8")]
    [InlineData("claude-opus-4-5@20251101", "claude-opus-4-5@20251101")]
    [InlineData("claude-3-haiku", "claude-3-haiku-20240307")]
    [InlineData("models/gemini-2.5-pro", "gemini-2.5-pro")]
    [InlineData("vertex_ai/gemini-2.5-pro", "vertex/gemini-2.5-pro")]
    [InlineData("amazon-bedrock/eu.anthropic.claude-sonnet-5", "eu.anthropic.claude-sonnet-5")]
    [InlineData("gpt-4o-2024-05-13", "gpt-4o-2024-05-13")]
    public void Aliases_and_dated_ids_resolve(string asked, string expected) => Assert.Equal(expected, Catalog.Find(asked)?.Id);

    [Theory]
    [InlineData("gpt-5.5-mini")]
    [InlineData("gpt-5.5-2026")]
    [InlineData("gpt-5.5-2026-13-01")]
    [InlineData("gpt-5.5-turbo-2026-04-01")]
    [InlineData("gpt-5.")]
    [InlineData("mygpt-5.5")]
    [InlineData("openrouter/openai/gpt-5.5")]
    [InlineData("somehost/gpt-5.5")]
    [InlineData("anthropic/gpt-5.5")]
    [InlineData("claude-3-5-sonnet")]
    [InlineData("-2026-04-01")]
    [InlineData(" ")]
    [InlineData(null)]
    public void A_wrong_prefix_never_resolves(string? asked) => Assert.Null(Catalog.Find(asked));

    [Fact]
    public void Every_model_resolves_to_itself() => Assert.All(Catalog.Models, m => Assert.Same(m, Catalog.Find(m.Id)));

    [Fact]
    public void Prices_are_exact_pico_dollars_with_tiers()
    {
        ModelInfo model = Catalog.Find("gpt-5.5")!;
        Assert.Equal(5_000_000, model.Prices.Input);
        Assert.Equal(30_000_000, model.Prices.Output);
        Assert.Equal(500_000, model.Prices.CachedInput);
        Assert.Equal(10_000_000, model.Prices.ForInput(272_001).Input);
        Assert.Equal(5_000_000, model.Prices.ForInput(272_000).Input);
        Assert.Equal(1_050_000, model.ContextTokens);
        Assert.Equal(128_000, model.MaxOutputTokens);
        Assert.Equal("US", model.Jurisdiction);
        Assert.Equal("US", model.Origin);
        Assert.Null(model.Region);
    }

    [Fact]
    public void An_unknown_price_is_null_and_never_zero()
    {
        string[] free = ["glm-4.5-flash", "glm-4.7-flash"];
        Assert.All(Catalog.Models, m =>
        {
            ModelPrices[] all = [m.Prices, .. m.Prices.Tiers.Select(t => t.Prices)];
            Assert.All(all, p =>
            {
                bool isFree = free.Contains(m.Id);
                Assert.True(isFree || p.Input != 0, m.Id);
                Assert.True(isFree || m.Capabilities.HasFlag(ModelCapabilities.Embeddings) || p.Output != 0, m.Id);
                Assert.True(isFree || (p.CachedInput != 0 && p.CacheWrite != 0 && p.Reasoning != 0), m.Id);
            });
        });
        Assert.Null(Catalog.Find("llama-3.3-8b-instruct")!.Prices.Input);
        Assert.Equal(0, Catalog.Find("glm-4.7-flash")!.Prices.Input);
    }

    [Fact]
    public void A_cached_token_never_costs_more_than_a_fresh_one_and_a_write_never_less() => Assert.All(Catalog.Models, m =>
    {
        Assert.True((m.Prices.CachedInput ?? 0) <= (m.Prices.Input ?? 0), m.Id);
        Assert.True(m.Prices.CacheWrite is null || m.Prices.CacheWrite >= m.Prices.Input, m.Id);
    });

    [Theory]
    [InlineData("openai", "US")]
    [InlineData("anthropic", "US")]
    [InlineData("google", "US")]
    [InlineData("xai", "US")]
    [InlineData("bedrock", "US")]
    [InlineData("mistral", "FR")]
    [InlineData("cohere", "CA")]
    [InlineData("deepseek", "CN")]
    [InlineData("alibaba", "CN")]
    [InlineData("minimax", "CN")]
    [InlineData("moonshotai", "CN")]
    [InlineData("zai", "CN")]
    public void Each_vendor_has_models_and_its_operators_jurisdiction(string vendor, string jurisdiction)
    {
        ModelInfo[] models = [.. Catalog.Models.Where(m => m.Vendor == vendor)];
        Assert.NotEmpty(models);
        Assert.Contains(models, m => m.Prices.IsKnown && m.ContextTokens > 0 && m.Capabilities.HasFlag(ModelCapabilities.Tools));
        Assert.All(models, m => Assert.Equal(jurisdiction, m.Jurisdiction));
        Assert.All(models, m => Assert.NotNull(m.PricedOn));
    }

    [Theory]
    [InlineData("deepseek.v3.2", "US", "CN", null)]
    [InlineData("eu.anthropic.claude-sonnet-5", "US", "US", "EU")]
    [InlineData("global.anthropic.claude-sonnet-5", "US", "US", null)]
    [InlineData("kimi-k2.6", "CN", "CN", null)]
    [InlineData("mistral-large-2512", "FR", "FR", "EU")]
    [InlineData("azure/gpt-5.5", "US", "US", null)]
    public void Operator_origin_and_region_are_apart(string id, string jurisdiction, string origin, string? region)
    {
        ModelInfo model = Catalog.Find(id)!;
        Assert.Equal((jurisdiction, origin, region), (model.Jurisdiction, model.Origin, model.Region));
    }

    [Fact]
    public void Deprecated_models_are_marked()
    {
        Assert.True(Catalog.Find("claude-3-opus-20240229")!.IsDeprecated);
        Assert.False(Catalog.Find("claude-opus-4-8")!.IsDeprecated);
    }

    [Fact]
    public void The_version_follows_the_prices_alone()
    {
        ModelInfo model = Catalog.Find("gpt-5.5")!;
        Assert.Matches("^[0-9a-f]{12}$", Catalog.Version);
        Assert.Equal(Catalog.Version, new ModelCatalog(Catalog.Models.Reverse()).Version);
        Assert.Equal(Catalog.Version, Catalog.With([model with { DisplayName = "other" }]).Version);
        Assert.NotEqual(Catalog.Version, Catalog.With([model with { Prices = model.Prices with { Input = 1 } }]).Version);
        Assert.NotEqual(Catalog.Version, Catalog.With([model with { Prices = model.Prices with { Tiers = [] } }]).Version);
    }

    [Fact]
    public void An_added_model_replaces_or_extends()
    {
        ModelCatalog changed = Catalog.With([new ModelInfo("gpt-5.5") { Vendor = "openai" }, new ModelInfo("house-model")]);
        Assert.Null(changed.Find("openai/gpt-5.5")!.Prices.Input);
        Assert.NotNull(changed.Find("house-model"));
        Assert.Equal(Catalog.Models.Count + 1, changed.Models.Count);
        Assert.Null(Catalog.Find("house-model"));
    }
}
