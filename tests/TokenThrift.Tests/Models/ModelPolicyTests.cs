using TokenThrift.Models;

namespace TokenThrift.Tests.Models;

public class ModelPolicyTests
{
    private static readonly ModelInfo Known = new("m") { Vendor = "mistral", Jurisdiction = "FR", Origin = "CN", Region = "EU" };

    [Theory]
    [InlineData("EU", "DE", true)]
    [InlineData("EU", "EU", true)]
    [InlineData("eu", "fr", true)]
    [InlineData("EU", "CH", false)]
    [InlineData("EU", "GB", false)]
    [InlineData("DE", "EU", false)]
    public void The_union_stands_for_its_members_but_a_member_not_for_the_union(string allowed, string region, bool expected) =>
        Assert.Equal(expected, Allows(new ModelPolicyOptions { AllowedRegions = { allowed } }, Known with { Region = region }));

    [Theory]
    [InlineData("DE", "EU", false)]
    [InlineData("EU", "IE", false)]
    [InlineData("DE", "US", true)]
    [InlineData("DE", "FR", true)]
    public void A_region_that_may_be_the_denied_one_is_denied(string denied, string region, bool expected) =>
        Assert.Equal(expected, Allows(new ModelPolicyOptions { DeniedRegions = { denied } }, Known with { Region = region }));

    [Fact]
    public void What_is_not_known_is_not_allowed()
    {
        var unknown = new ModelInfo("u");
        Assert.True(Allows(new ModelPolicyOptions(), unknown));
        Assert.False(Allows(new ModelPolicyOptions { AllowedJurisdictions = { "US" } }, unknown));
        Assert.False(Allows(new ModelPolicyOptions { AllowedOrigins = { "US" } }, unknown));
        Assert.False(Allows(new ModelPolicyOptions { AllowedRegions = { "US" } }, unknown));
        Assert.False(Allows(new ModelPolicyOptions { AllowedVendors = { "openai" } }, unknown));
    }

    [Fact]
    public void Vendor_jurisdiction_origin_and_region_are_asked_apart_and_every_reason_is_given()
    {
        var rules = new ModelPolicyOptions { AllowedVendors = { "openai" }, DeniedJurisdictions = { "FR" }, AllowedOrigins = { "US" }, DeniedRegions = { "EU" } };
        Assert.Equal(4, new ModelPolicy(rules).Exclusions(Known).Count);
        Assert.True(Allows(rules, Known with { Vendor = "openai", Jurisdiction = "US", Origin = "US", Region = "US" }));
    }

    [Fact]
    public void The_shipped_catalogue_under_an_american_and_european_policy_holds_no_other_operator()
    {
        var policy = new ModelPolicy(new ModelPolicyOptions { AllowedJurisdictions = { "US", "EU" } });
        ModelInfo[] allowed = [.. ModelCatalog.Default.Models.Where(m => policy.Exclusions(m).Count == 0)];
        Assert.Contains(allowed, m => m.Vendor == "openai");
        Assert.Contains(allowed, m => m.Vendor == "mistral");
        Assert.Contains(allowed, m => m is { Vendor: "bedrock", Origin: "CN" });
        Assert.DoesNotContain(allowed, m => m.Vendor is "deepseek" or "alibaba" or "minimax" or "moonshotai" or "zai" or "zhipuai" or "cohere");
    }

    private static bool Allows(ModelPolicyOptions rules, ModelInfo model) => new ModelPolicy(rules).Exclusions(model).Count == 0;
}
