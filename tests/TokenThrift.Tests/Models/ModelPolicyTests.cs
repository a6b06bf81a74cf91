using Microsoft.Extensions.Configuration;
using TokenThrift.Models;

namespace TokenThrift.Tests.Models;

public class ModelPolicyTests
{
    private static readonly ModelInfo Known = new("m") { Vendor = "mistral", Jurisdiction = "FR", Origin = "CN", Region = "EU" };
    private static readonly ModelInfo Unknown = new("u");

    [Fact]
    public void An_empty_policy_allows_everything()
    {
        var policy = new ModelPolicy();
        Assert.True(policy.IsEmpty);
        Assert.True(policy.Check(Known).IsAllowed);
        Assert.True(policy.Check(Unknown).IsAllowed);
        Assert.True(policy.Check(null, "secret").IsAllowed);
        Assert.Equal("allowed", policy.Check(null).ToString());
    }

    [Fact]
    public void An_allow_list_excludes_what_is_not_known()
    {
        ModelPolicy policy = new ModelPolicy().AllowJurisdictions("US", "EU");
        Assert.True(policy.Check(Known).IsAllowed);
        Assert.Equal("its jurisdiction is not known, and only US, EU may be used", Assert.Single(policy.Check(Unknown).Reasons));
        Assert.False(policy.Check(null).IsAllowed);
        Assert.Equal("its jurisdiction CN is not among US, EU", Assert.Single(policy.Check(Known with { Jurisdiction = "CN" }).Reasons));
    }

    [Fact]
    public void A_deny_list_alone_keeps_what_is_not_known()
    {
        ModelPolicy policy = new ModelPolicy().DenyJurisdictions("CN").DenyVendors("acme");
        Assert.True(policy.Check(Unknown).IsAllowed);
        Assert.False(policy.Check(Known with { Jurisdiction = "cn" }).IsAllowed);
        Assert.False(policy.Check(Known with { Vendor = "ACME" }).IsAllowed);
    }

    [Fact]
    public void Vendor_jurisdiction_origin_and_region_are_asked_apart_and_every_reason_is_given()
    {
        ModelPolicy policy = new ModelPolicy().AllowVendors("openai").DenyJurisdictions("FR").AllowOrigins("US").DenyRegions("EU");
        Assert.Equal(4, policy.Check(Known).Reasons.Count);
        Assert.True(policy.Check(Known with { Vendor = "openai", Jurisdiction = "US", Origin = "US", Region = null }).IsAllowed);
    }

    [Theory]
    [InlineData("EU", "DE", true)]
    [InlineData("EU", "EU", true)]
    [InlineData("EU", "CH", false)]
    [InlineData("EU", "GB", false)]
    [InlineData("DE", "EU", false)]
    public void The_union_stands_for_its_members_but_a_member_not_for_the_union(string allowed, string region, bool expected) =>
        Assert.Equal(expected, new ModelPolicy().AllowRegions(allowed).Check(Known with { Region = region }).IsAllowed);

    [Fact]
    public void A_region_that_may_be_the_denied_one_is_denied()
    {
        Assert.False(new ModelPolicy().DenyRegions("DE").Check(Known with { Region = "EU" }).IsAllowed);
        Assert.False(new ModelPolicy().DenyRegions("EU").Check(Known with { Region = "IE" }).IsAllowed);
        Assert.True(new ModelPolicy().DenyRegions("DE").Check(Known with { Region = "US" }).IsAllowed);
    }

    [Fact]
    public void A_data_class_adds_its_rules_and_a_mistyped_one_is_refused()
    {
        var policy = new ModelPolicy { DataClasses = { ["confidential"] = new ModelPolicy().AllowRegions("EU") } };
        ModelInfo american = Known with { Region = "US" };
        Assert.True(policy.Check(american).IsAllowed);
        Assert.Contains("for Confidential data", Assert.Single(policy.Check(american, "Confidential").Reasons), StringComparison.Ordinal);
        Assert.True(policy.Check(Known, "confidential").IsAllowed);
        Assert.Contains("'confidental' has no rules", Assert.Single(policy.Check(Known, "confidental").Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Deprecated_models_can_be_kept_out()
    {
        var policy = new ModelPolicy { AllowDeprecated = false };
        Assert.False(policy.IsEmpty);
        Assert.False(policy.Check(Known with { IsDeprecated = true }).IsAllowed);
        Assert.True(policy.Check(Known).IsAllowed);
    }

    [Fact]
    public void The_shipped_catalogue_under_an_american_and_european_policy_holds_no_other_operator()
    {
        ModelPolicy policy = new ModelPolicy().AllowJurisdictions("US", "EU");
        ModelInfo[] allowed = [.. ModelCatalog.Default.Models.Where(m => policy.Check(m).IsAllowed)];
        Assert.Contains(allowed, m => m.Vendor == "openai");
        Assert.Contains(allowed, m => m.Vendor == "mistral");
        Assert.Contains(allowed, m => m is { Vendor: "bedrock", Origin: "CN" });
        Assert.DoesNotContain(allowed, m => m.Vendor is "deepseek" or "alibaba" or "minimax" or "moonshotai" or "zai" or "zhipuai" or "cohere");
        Assert.DoesNotContain(ModelCatalog.Default.Models.Where(m => new ModelPolicy().AllowOrigins("US").Check(m).IsAllowed), m => m.Origin != "US");
    }

    [Theory]
    [InlineData("USA")]
    [InlineData("")]
    [InlineData("u1")]
    public void A_place_that_is_no_country_code_is_named(string place)
    {
        var policy = new ModelPolicy();
        policy.AllowedRegions.Add(place);
        Assert.Contains("AllowedRegions", policy.Validate(), StringComparison.Ordinal);
        var outer = new ModelPolicy { DataClasses = { ["secret"] = policy } };
        Assert.StartsWith("DataClasses:secret:", outer.Validate(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_on_both_lists_is_an_error()
    {
        Assert.Contains("both name 'US'", new ModelPolicy().AllowJurisdictions("US").DenyJurisdictions("us").Validate(), StringComparison.Ordinal);
        Assert.Null(new ModelPolicy().AllowJurisdictions("US").DenyJurisdictions("CN").Validate());
        Assert.Throws<ArgumentException>(() => new ModelPolicy().AllowVendors(" "));
    }

    [Fact]
    public void It_binds_from_configuration()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AllowedJurisdictions:0"] = "US",
            ["DeniedVendors:0"] = "xai",
            ["AllowDeprecated"] = "false",
            ["DataClasses:secret:AllowedRegions:0"] = "EU",
        }).Build();
        var policy = new ModelPolicy();
        configuration.Bind(policy);
        Assert.Equal(["US"], policy.AllowedJurisdictions);
        Assert.Equal(["xai"], policy.DeniedVendors);
        Assert.False(policy.AllowDeprecated);
        Assert.Equal(["EU"], policy.DataClasses["Secret"].AllowedRegions);
    }
}
