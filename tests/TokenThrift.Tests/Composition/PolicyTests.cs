using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Composition;

public class PolicyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_leg_is_refused_when_the_policy_does_not_allow_it(bool streamed)
    {
        ScriptedChatClient provider = Provider("deepseek-chat");
        using IChatClient client = provider.AsBuilder().UseTokenThrift(thrift => thrift.Policy.AllowJurisdictions("US", "EU")).Build();

        CallRefusedException refusal = await Assert.ThrowsAnyAsync<CallRefusedException>(() => client.AskAsync(streamed, "hi"));

        Assert.Contains("jurisdiction", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(provider.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unknown_model_is_excluded_under_an_allow_list(bool streamed)
    {
        ScriptedChatClient provider = Provider("made-here");
        using IChatClient client = provider.AsBuilder().UseTokenThrift(thrift => thrift.Policy.AllowJurisdictions("EU")).Build();

        await Assert.ThrowsAnyAsync<CallRefusedException>(() => client.AskAsync(streamed, "hi"));

        Assert.Empty(provider.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cheaper_leg_outside_the_policy_is_never_asked(bool streamed)
    {
        ScriptedChatClient cheap = Provider("deepseek-chat");
        ScriptedChatClient allowed = Provider("mistral-large-latest");
        await using ServiceProvider services = new ServiceCollection().AddTokenThrift(thrift =>
        {
            thrift.AddModel("deepseek-chat", _ => cheap);
            thrift.AddModel("mistral-large-latest", _ => allowed);
            thrift.Policy.AllowJurisdictions("EU");
        }).BuildServiceProvider();

        await services.GetRequiredService<IChatClient>().AskAsync(streamed, "hi");

        Assert.Empty(cheap.Calls);
        Assert.Single(allowed.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Classification_of_a_request_adds_rules(bool streamed)
    {
        ScriptedChatClient provider = Provider("gpt-5.4-nano");
        using IChatClient client = provider.AsBuilder().UseTokenThrift(thrift =>
        {
            var rules = new global::TokenThrift.Models.ModelRules();
            rules.AllowJurisdictions("EU");
            thrift.Policy.Classifications["personal"] = rules;
        }).Build();
        var personal = new ChatOptions();
        RequestSettings.DataClassification.Set(personal, "personal");
        var misspelt = new ChatOptions();
        RequestSettings.DataClassification.Set(misspelt, "presonal");

        await client.AskAsync(streamed, "hi");
        await Assert.ThrowsAnyAsync<CallRefusedException>(() => client.AskAsync(streamed, "hello", personal));
        await Assert.ThrowsAnyAsync<CallRefusedException>(() => client.AskAsync(streamed, "hello", misspelt));

        Assert.Single(provider.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Vendor_that_has_had_its_share_is_refused_until_others_have_had_theirs(bool streamed)
    {
        ScriptedChatClient provider = Provider("gpt-5.5");
        using IChatClient client = provider.AsBuilder().UseTokenThrift(thrift =>
        {
            thrift.Policy.Shares.Vendors["openai"] = 0.5;
            thrift.Policy.Shares.MinimumUsd = 0.001m;
            thrift.Policy.Shares.WhenReached = global::TokenThrift.Models.WhenShareReached.Refuse;
        }).Build();

        await client.AskAsync(streamed, "hi", new ChatOptions { MaxOutputTokens = 10 });
        CallRefusedException refusal = await Assert.ThrowsAnyAsync<CallRefusedException>(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                await client.AskAsync(streamed, $"hi {i}", new ChatOptions { MaxOutputTokens = 10 });
            }
        });

        Assert.Contains("vendor openai", refusal.Message, StringComparison.Ordinal);
        Assert.True(client.GetRequiredService<global::TokenThrift.Models.ISpendShares>().OfVendor("openai").Spent.Usd is > 0 and <= 0.0005m);
    }

    private static ScriptedChatClient Provider(string model) => new(call => ScriptedChatClient.Answer("hello", model: model))
    {
        Metadata = new ChatClientMetadata("test", null, model),
    };
}
