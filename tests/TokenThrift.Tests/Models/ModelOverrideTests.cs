using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Models;

namespace TokenThrift.Tests.Models;

public class ModelOverrideTests
{
    private static readonly ModelCatalog Catalog = ModelCatalog.Default;

    [Fact]
    public void It_binds_from_configuration_and_keeps_what_it_does_not_name()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Overrides:0:Id"] = "gpt-5.5",
            ["Overrides:0:InputUsdPerMillion"] = "4.125",
            ["Overrides:0:PricedOn"] = "2026-11-01",
            ["Overrides:1:Id"] = "our-deployment",
            ["Overrides:1:BasedOn"] = "azure/gpt-5.5",
            ["Overrides:1:Region"] = "SE",
            ["Overrides:2:Id"] = "house-model",
            ["Overrides:2:InputUsdPerMillion"] = "0",
            ["Overrides:2:OutputUsdPerMillion"] = "0",
            ["Overrides:2:ContextTokens"] = "32000",
            ["Overrides:2:Capabilities"] = "Tools, Vision",
            ["Overrides:2:Tiers:0:AboveInputTokens"] = "1000",
            ["Overrides:2:Tiers:0:InputUsdPerMillion"] = "1",
        }).Build();
        List<ModelOverride> entries = configuration.GetSection("Overrides").Get<List<ModelOverride>>()!;
        Assert.All(entries, entry => Assert.Null(entry.Validate()));
        ModelCatalog changed = With([.. entries]);

        ModelInfo corrected = changed.Find("openai/gpt-5.5-2026-04-01")!;
        Assert.Equal(4_125_000, corrected.Prices.Input);
        Assert.Equal(30_000_000, corrected.Prices.Output);
        Assert.Single(corrected.Prices.Tiers);
        Assert.Equal(new DateOnly(2026, 11, 1), corrected.PricedOn);

        ModelInfo deployment = changed.Find("our-deployment")!;
        Assert.Equal(("azure", "US", "SE"), (deployment.Vendor, deployment.Jurisdiction, deployment.Region));
        Assert.Equal(5_000_000, deployment.Prices.Input);
        Assert.Equal(Catalog.Find("azure/gpt-5.5")!.PricedOn, deployment.PricedOn);

        ModelInfo house = changed.Find("house-model")!;
        Assert.Equal(0, house.Prices.Input);
        Assert.True(house.Prices.IsKnown);
        Assert.Equal(ModelCapabilities.Tools | ModelCapabilities.Vision, house.Capabilities);
        Assert.Equal((1_000_000, 0), (house.Prices.ForInput(1001).Input!.Value, house.Prices.ForInput(1001).Output!.Value));
        Assert.Null(house.Jurisdiction);
        Assert.NotEqual(Catalog.Version, changed.Version);
    }

    [Fact]
    public void A_deployment_is_counted_as_the_model_it_is_based_on()
    {
        ModelCatalog changed = With(new ModelOverride { Id = "blue", BasedOn = "azure/gpt-5.5" }, new ModelOverride { Id = "green", BasedOn = "claude-opus-4-8" });
        var counters = new TokenThrift.Tokens.TokenCounters();
        Assert.Equal("o200k", counters.For(changed.Find("blue")).Name);
        Assert.Equal("claude-4.7-estimate", counters.For(changed.Find("green")).Name);
        Assert.True(changed.Find("green")!.PromptCache.NeedsBreakpoints);
    }

    [Fact]
    public void Another_vendor_does_not_inherit_jurisdiction_and_region()
    {
        ModelCatalog changed = With(
            new ModelOverride { Id = "hosted", BasedOn = "mistral-large-2512", Vendor = "some-host" },
            new ModelOverride { Id = "moved", BasedOn = "mistral-large-2512", Vendor = "deepseek" });
        Assert.Equal((null, "FR", null), (changed.Find("hosted")!.Jurisdiction, changed.Find("hosted")!.Origin, changed.Find("hosted")!.Region));
        Assert.Equal("CN", changed.Find("moved")!.Jurisdiction);
        var rules = new ModelPolicyOptions { AllowedJurisdictions = { "FR" } };
        Assert.NotEmpty(new ModelPolicy(rules).Exclusions(changed.Find("hosted")!));
        Assert.Empty(new ModelPolicy(rules).Exclusions(Catalog.Find("mistral-large-2512")!));
    }

    [Fact]
    public void An_unstated_price_of_a_new_model_stays_unknown()
    {
        ModelCatalog changed = With(new ModelOverride { Id = "new", InputUsdPerMillion = 1 });
        Assert.Null(changed.Find("new")!.Prices.Output);
        Assert.False(changed.Find("new")!.Prices.IsKnown);
    }

    [Fact]
    public void A_setting_outside_its_limits_is_named()
    {
        static string? Error(ModelOverride entry) => entry.Validate();
        Assert.Contains("Id", Error(new ModelOverride()), StringComparison.Ordinal);
        Assert.Contains("InputUsdPerMillion", Error(new ModelOverride { Id = "x", InputUsdPerMillion = -1 }), StringComparison.Ordinal);
        Assert.Contains("six decimals", Error(new ModelOverride { Id = "x", OutputUsdPerMillion = 0.0000001m }), StringComparison.Ordinal);
        Assert.Contains("ContextTokens", Error(new ModelOverride { Id = "x", ContextTokens = 0 }), StringComparison.Ordinal);
        Assert.Contains("Tiers", Error(new ModelOverride { Id = "x", Tiers = { new PriceTierOverride() } }), StringComparison.Ordinal);
        Assert.Contains("Tiers:CachedInput", Error(new ModelOverride { Id = "x", Tiers = { new PriceTierOverride { AboveInputTokens = 1, CachedInputUsdPerMillion = -1 } } }), StringComparison.Ordinal);
        Assert.Null(Error(new ModelOverride { Id = "x" }));
    }

    [Fact]
    public void A_price_of_ones_own_keeps_the_dearer_price_of_larger_requests()
    {
        ModelInfo changed = With(new ModelOverride { Id = "gpt-5.5", InputUsdPerMillion = 4 }).Find("gpt-5.5")!;
        Assert.Equal(4_000_000, changed.Prices.ForInput(1_000).Input);
        Assert.Equal(10_000_000, changed.Prices.ForInput(300_000).Input);
    }

    [Fact]
    public void An_old_price_warns_once()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero));
        var log = new FakeLogger();
        var warner = new PriceAgeWarner(time, log, TimeSpan.FromDays(90));
        var model = new ModelInfo("m") { PricedOn = new DateOnly(2026, 6, 1) };
        warner.Check(model);
        warner.Check(null);
        warner.Check(new ModelInfo("undated"));
        Assert.Equal(0, log.Collector.Count);
        time.Advance(TimeSpan.FromDays(61));
        warner.Check(model);
        warner.Check(model);
        Assert.Equal(1, log.Collector.Count);
        Assert.Equal(LogLevel.Warning, log.LatestRecord.Level);
        Assert.Contains("'m' was read on 2026-06-01", log.LatestRecord.Message, StringComparison.Ordinal);
    }

    private static ModelCatalog With(params ModelOverride[] entries) => Catalog.With(entries.Select(entry => entry.ApplyTo(Catalog)));
}
