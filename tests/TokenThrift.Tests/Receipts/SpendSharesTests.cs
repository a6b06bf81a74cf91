using CsCheck;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Receipts;

public sealed class SpendSharesTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task What_has_no_vendor_is_a_bucket_of_its_own()
    {
        var shares = new SpendShares(time: _time);
        await AddAsync(shares, ReceiptTestBed.Strong, 60);
        await AddAsync(shares, ReceiptTestBed.Cheap, 30);
        await AddAsync(shares, null, 10);

        Assert.Equal(new SpendShare(new(60), new(100)), shares.OfVendor("ACME"));
        Assert.Equal(0.1, shares.OfVendor(null).Share);
        Assert.Equal(0.3, shares.OfJurisdiction("EU").Share);
        Assert.Equal(0.3, shares.OfJurisdiction("FR").Share);
        Assert.Equal(0.1, shares.OfJurisdiction(ShareCapOptions.Unknown).Share);
        Assert.Equal(0, shares.OfVendor("nobody").Share);
    }

    [Fact]
    public async Task Spend_leaves_the_window()
    {
        var shares = new SpendShares(TimeSpan.FromHours(64), _time);
        await AddAsync(shares, ReceiptTestBed.Strong, 60);
        _time.Advance(TimeSpan.FromHours(63));
        await AddAsync(shares, ReceiptTestBed.Cheap, 40);
        Assert.Equal(0.6, shares.OfVendor("acme").Share);

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(new SpendShare(default, new(40)), shares.OfVendor("acme"));

        // The slot of the first receipt is used again; one that comes late for it is too old to count.
        await AddAsync(shares, ReceiptTestBed.Strong, 5);
        await AddAsync(shares, ReceiptTestBed.Strong, 1000, at: _time.GetUtcNow() - TimeSpan.FromHours(64));
        Assert.Equal(new SpendShare(new(5), new(45)), shares.OfVendor("acme"));
    }

    [Fact]
    public Task Shares_add_up_to_what_the_receipts_cost() => ReceiptGen.Receipt.Array[0, 60].SampleAsync(
        async receipts =>
        {
            var time = new FakeTimeProvider(new DateTimeOffset(2026, 2, 12, 0, 0, 0, TimeSpan.Zero));
            var shares = new SpendShares(TimeSpan.FromDays(366), time);
            foreach (ThriftReceipt receipt in receipts)
            {
                await shares.AddAsync(receipt);
            }

            long spent = receipts.SelectMany(receipt => receipt.Calls).Sum(call => call.Cost!.Value.Value);
            string?[] vendors = [.. ReceiptGen.Models.Select(model => model.Vendor).Append(null).Distinct()];
            Assert.Equal(spent, vendors.Sum(vendor => shares.OfVendor(vendor).Spent.Value));
            Assert.Equal(spent, shares.OfVendor(null).Total.Value);
        },
        iter: 100);

    [Theory]
    [InlineData(59, 41, 1, null)]
    [InlineData(60, 40, 1, "60.4%")]
    [InlineData(0, 0, 60, null)]
    [InlineData(0, 0, 61, "61.0%")]
    public async Task Call_is_over_its_share_when_its_cost_would_pass_the_cap(long acme, long bolt, long cost, string? over)
    {
        var shares = new SpendShares(time: _time);
        await AddAsync(shares, ReceiptTestBed.Strong, acme);
        await AddAsync(shares, ReceiptTestBed.Cheap, bolt);
        var options = new ModelPolicyOptions();
        options.Shares.Vendors["acme"] = 0.6;
        options.Shares.MinimumUsd = 0.0000001m;

        string? reason = new ModelPolicy(options).OverShare(ReceiptTestBed.Strong, new NanoUsd(cost), shares);

        Assert.Equal(over is null, reason is null);
        Assert.Contains(over ?? string.Empty, reason?.Replace(" %", "%", StringComparison.Ordinal) ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public void Caps_of_a_state_and_of_the_union_both_bind_and_an_unknown_price_is_over()
    {
        var shares = new SpendShares(time: _time);
        var options = new ModelPolicyOptions();
        options.Shares.Jurisdictions["EU"] = 0.5;
        options.Shares.Jurisdictions[ShareCapOptions.Unknown] = 0.1;
        options.Shares.MinimumUsd = 0;
        var policy = new ModelPolicy(options);

        Assert.Contains("jurisdiction EU", policy.OverShare(ReceiptTestBed.Cheap, new NanoUsd(1), shares), StringComparison.Ordinal);
        Assert.Null(policy.OverShare(ReceiptTestBed.Strong, new NanoUsd(1), shares));
        Assert.Contains("price is not known", policy.OverShare(new ModelInfo("who"), null, shares), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, WhenShareReached.PreferOthers)]
    [InlineData(true, WhenShareReached.PreferOthers)]
    [InlineData(false, WhenShareReached.Refuse)]
    [InlineData(true, WhenShareReached.Refuse)]
    public async Task Leg_over_its_share_says_so_in_its_quote_and_is_refused_where_the_policy_asks_for_it(bool streamed, WhenShareReached when)
    {
        var shares = new SpendShares(time: _time);
        await AddAsync(shares, ReceiptTestBed.Strong, 100);
        var bed = new ReceiptTestBed(new ScriptedChatClient("hi"));
        var options = new ModelPolicyOptions();
        options.Shares.Vendors["acme"] = 0.5;
        options.Shares.MinimumUsd = 0;
        options.Shares.WhenReached = when;
        var client = new PolicyChatClient(bed.Leg, new ModelPolicy(options), ReceiptTestBed.Catalog, null, shares);

        CallQuote quote = await client.QuoteAsync([new ChatMessage(ChatRole.User, "hello")], null);
        if (when == WhenShareReached.Refuse)
        {
            Assert.Contains("vendor acme", quote.Refusal, StringComparison.Ordinal);
            await Assert.ThrowsAsync<ModelPolicyException>(() => client.AskAsync(streamed, "hello"));
            Assert.Empty(bed.Provider.Calls);
        }
        else
        {
            Assert.True(quote.Fits);
            Assert.Contains("vendor acme", quote.OverShare, StringComparison.Ordinal);
            await client.AskAsync(streamed, "hello");
            Assert.Single(bed.Provider.Calls);
        }
    }

    [Theory]
    [InlineData(0, null, "Vendors[acme]")]
    [InlineData(1.01, null, "Vendors[acme]")]
    [InlineData(double.NaN, null, "Vendors[acme]")]
    [InlineData(0.5, "USA", "USA")]
    public void Wrong_cap_is_named(double share, string? code, string name)
    {
        var options = new ModelPolicyOptions();
        options.Shares.Vendors["acme"] = share;
        if (code is not null)
        {
            options.Shares.Jurisdictions[code] = 0.5;
        }

        Assert.Contains(name, options.Validate(), StringComparison.Ordinal);
        Assert.StartsWith("Shares.", options.Validate(), StringComparison.Ordinal);
    }

    private ValueTask AddAsync(SpendShares shares, ModelInfo? model, long cost, DateTimeOffset? at = null) => shares.AddAsync(new ThriftReceipt
    {
        Id = Guid.NewGuid().ToString(),
        StartedAt = at ?? _time.GetUtcNow(),
        Calls = [new CallRecord { Model = model, Cost = new NanoUsd(cost) }],
    });
}
