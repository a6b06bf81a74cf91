using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Requests;

public class PolicyChatClientTests
{
    private readonly ModelPolicy _policy = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_is_not_allowed_is_refused_before_anything_is_sent(bool streamed)
    {
        using var inner = new ScriptedChatClient("fine");
        using PolicyChatClient client = Client(inner);
        var american = new ChatOptions { ModelId = "gpt-5.5" };
        Assert.Equal("fine", (await client.AskAsync(streamed, "hi", american)).Text);
        _policy.AllowJurisdictions("FR");
        PolicyRefusedException refused = await Assert.ThrowsAsync<PolicyRefusedException>(() => client.AskAsync(streamed, "hi", american));
        Assert.Equal("gpt-5.5", refused.ModelId);
        Assert.Contains("its jurisdiction US is not among FR", refused.Message, StringComparison.Ordinal);
        Assert.Single(inner.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_data_class_of_a_request_is_checked_and_does_not_reach_the_provider(bool streamed)
    {
        _policy.DataClasses["secret"] = new ModelPolicy().AllowRegions("EU");
        using var inner = new ScriptedChatClient("fine");
        using PolicyChatClient client = Client(inner);
        var options = new ChatOptions { ModelId = "gpt-5.5" };
        RequestSettings.DataClass.Set(options, "secret");
        await Assert.ThrowsAsync<PolicyRefusedException>(() => client.AskAsync(streamed, "hi", options));
        options.ModelId = "mistral-large-2512";
        await client.AskAsync(streamed, "hi", options);
        Assert.Null(Assert.Single(inner.Calls).Options?.AdditionalProperties);
    }

    [Fact]
    public async Task The_quote_says_the_refusal()
    {
        _policy.DenyVendors("openai");
        using var inner = new ScriptedChatClient("fine");
        using PolicyChatClient client = Client(inner);
        var quoter = (ICallQuote)client.GetService(typeof(ICallQuote))!;
        CallQuote refused = await quoter.QuoteAsync([new(ChatRole.User, "hi")], new ChatOptions { ModelId = "gpt-5.5" });
        CallQuote fits = await quoter.QuoteAsync([new(ChatRole.User, "hi")], new ChatOptions { ModelId = "claude-opus-4-8" });
        Assert.Equal("policy: its vendor openai may not be used", refused.Refusal);
        Assert.True(fits.Fits);
    }

    [Fact]
    public async Task A_model_that_is_not_known_is_refused_under_an_allow_list()
    {
        _policy.AllowVendors("openai");
        using var inner = new ScriptedChatClient("fine");
        using PolicyChatClient client = Client(inner);
        await Assert.ThrowsAsync<PolicyRefusedException>(() => client.AskAsync(false, "hi", new ChatOptions { ModelId = "somehost/gpt-5.5" }));
    }

    private PolicyChatClient Client(ScriptedChatClient inner) => new(inner, () => _policy, () => ModelCatalog.Default);
}
