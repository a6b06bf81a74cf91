using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Routing;

/// <summary>Caps on the shares of vendors, seen through the router.</summary>
public class ShareCapRoutingTests
{
    private const string Cheap = "cheap";
    private const string Middle = "middle";
    private const string Dear = "dear";

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_vendor_that_has_had_its_share_gives_way_to_the_next_cheapest_until_it_is_under_its_cap_again(bool streamed)
    {
        await using Bench bench = Bench.With(policy => policy.Shares.Vendors["cheap-vendor"] = 0.5);

        var served = new List<string>();
        for (int i = 0; i < 30; i++)
        {
            served.Add((await bench.AskAsync(streamed, $"question {i}")).Routing!.ServedModelId!);
        }

        // The middle one costs twice as much, so two cheap answers go to each of its own; the dear one is never needed.
        Assert.DoesNotContain(Dear, served);
        Assert.InRange(served.Count(s => s == Cheap), 18, 21);
        Assert.InRange(bench.ShareOf("cheap-vendor"), 0.4, 0.5);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_receipt_says_that_a_cap_decided(bool streamed)
    {
        await using Bench bench = Bench.With(policy => policy.Shares.Vendors["cheap-vendor"] = 0.01);

        ThriftReceipt receipt = await bench.AskAsync(streamed, "hello");

        Assert.Equal(("share-cap", Middle), (receipt.Routing!.Reason, receipt.Routing.ServedModelId));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Where_every_vendor_has_had_its_share_the_cheapest_is_asked_all_the_same(bool streamed)
    {
        await using Bench bench = Bench.With(policy => (policy.Shares.Vendors["cheap-vendor"], policy.Shares.Vendors["middle-vendor"], policy.Shares.Vendors["dear-vendor"]) = (0.01, 0.01, 0.01));

        Assert.Equal(Cheap, (await bench.AskAsync(streamed, "hello")).Routing!.ServedModelId);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_refused_answer_goes_to_a_stronger_model_under_its_cap_before_one_above_it(bool streamed)
    {
        await using Bench bench = Bench.With(policy => policy.Shares.Vendors["middle-vendor"] = 0.01, cheapSays: string.Empty);

        ThriftReceipt receipt = await bench.AskAsync(streamed, "hello");

        Assert.Equal([Cheap, Dear], receipt.Routing!.Attempts.Select(a => a.ModelId));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_model_above_its_cap_is_still_asked_where_nobody_else_is_strong_enough(bool streamed)
    {
        await using Bench bench = Bench.With(
            policy => (policy.Shares.Vendors["middle-vendor"], policy.Shares.Vendors["dear-vendor"]) = (0.01, 0.01), cheapSays: string.Empty);

        ThriftReceipt receipt = await bench.AskAsync(streamed, "hello");

        Assert.Equal((Middle, false), (receipt.Routing!.ServedModelId, receipt.Routing.IsDegraded));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_cap_that_refuses_leaves_the_model_out_with_the_reason(bool streamed)
    {
        await using Bench bench = Bench.With(policy => (policy.Shares.Vendors["cheap-vendor"], policy.Shares.WhenReached) = (0.01, WhenShareReached.Refuse));

        ThriftReceipt receipt = await bench.AskAsync(streamed, "hello");

        Assert.Contains("vendor cheap-vendor would have", receipt.Routing!.Excluded[Cheap], StringComparison.Ordinal);
        Assert.Empty(bench.Providers[Cheap].Calls);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_member_state_counts_towards_the_cap_of_the_union(bool streamed)
    {
        await using Bench bench = Bench.With(policy => policy.Shares.Jurisdictions["EU"] = 0.01, jurisdictionOfCheap: "FR");

        Assert.Equal("share-cap", (await bench.AskAsync(streamed, "hello")).Routing!.Reason);
        Assert.Empty(bench.Providers[Cheap].Calls);
    }

    private sealed class Bench(ServiceProvider services, Dictionary<string, ScriptedChatClient> providers) : IAsyncDisposable
    {
        public Dictionary<string, ScriptedChatClient> Providers => providers;

        public static Bench With(Action<ModelPolicyOptions> configure, string cheapSays = "fine", string jurisdictionOfCheap = "US")
        {
            Dictionary<string, ScriptedChatClient> providers = new[] { Cheap, Middle, Dear }.ToDictionary(
                id => id, id => new ScriptedChatClient(call => ScriptedChatClient.Answer(id == Cheap ? cheapSays : "fine", input: 10, output: 10)));
            ServiceProvider services = new ServiceCollection().AddTokenThrift(thrift =>
            {
                decimal price = 1;
                foreach ((string id, ScriptedChatClient provider) in providers)
                {
                    thrift.Models.Add(new ModelOverride
                    {
                        Id = id,
                        Vendor = id + "-vendor",
                        Jurisdiction = id == Cheap ? jurisdictionOfCheap : "US",
                        InputUsdPerMillion = price,
                        OutputUsdPerMillion = price,
                    });
                    thrift.AddModel(id, _ => provider);
                    price *= 2;
                }

                thrift.Policy.Shares.MinimumUsd = 0;
                configure(thrift.Policy);
            }).BuildServiceProvider();
            return new Bench(services, providers);
        }

        public async Task<ThriftReceipt> AskAsync(bool streamed, string question)
        {
            await services.GetRequiredService<IChatClient>().AskAsync(streamed, question, new ChatOptions { MaxOutputTokens = 10 });
            return services.GetRequiredService<ReceiptBook>().Recent()[^1];
        }

        public double ShareOf(string vendor)
        {
            SpendShare share = services.GetRequiredService<ISpendShares>().OfVendor(vendor);
            return (double)share.Spent.Value / share.Total.Value;
        }

        public ValueTask DisposeAsync() => services.DisposeAsync();
    }
}
