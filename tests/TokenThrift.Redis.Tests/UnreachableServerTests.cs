using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Redis.Tests;

public class UnreachableServerTests
{
    private static readonly BudgetRequest Request = new() { Identity = new RequestIdentity { Tenant = "t" }, WorstCase = new BudgetAmounts { Usd = NanoUsd.FromUsd(0.10m), Calls = 1 } };

    [Fact]
    public async Task Call_under_a_limit_is_refused_while_the_server_is_gone_and_one_under_none_goes_through()
    {
        using var engine = new Garnet();
        using ServiceProvider services = Services(engine.Connection).BuildServiceProvider();
        IBudgetLedger ledger = services.GetRequiredService<IBudgetLedger>();
        var options = new BudgetOptions();
        options.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.Tenant, Id = "t", Usd = 5.00m });
        var budgets = new BudgetService(options, ledger);
        BudgetLease lease = await budgets.HoldAsync(Request);
        await lease.SettleAsync(Request.WorstCase, BudgetEvidence.Reported);

        engine.Stop();
        BudgetExceededException refused = await Assert.ThrowsAsync<BudgetExceededException>(async () => await budgets.HoldAsync(Request));
        Assert.Equal(BudgetRefusal.LedgerUnavailable, refused.Refusal);
        await (await new BudgetService(new BudgetOptions(), ledger).HoldAsync(Request)).SettleAsync(Request.WorstCase, BudgetEvidence.Reported);
        await Assert.ThrowsAnyAsync<RedisException>(async () => await ledger.FindAsync("x"));
    }

    [Fact]
    public void Container_without_a_connection_says_what_is_missing()
    {
        using ServiceProvider services = Services(null).BuildServiceProvider();
        Assert.Contains("needs an IConnectionMultiplexer", Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IBudgetLedger>()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 30, 62, "KeyPrefix must be of 1 to 200 characters, without braces.")]
    [InlineData("a{b", 30, 62, "KeyPrefix must be of 1 to 200 characters, without braces.")]
    [InlineData("a", 0.01, 62, "StepTimeout must be from 100 milliseconds to 5 minutes.")]
    [InlineData("a", 301, 62, "StepTimeout must be from 100 milliseconds to 5 minutes.")]
    [InlineData("a", 30, 0.5, "Retention must be from one day to ten years.")]
    [InlineData("a", 30, 4000, "Retention must be from one day to ten years.")]
    public void Wrong_setting_is_named_with_its_limits(string prefix, double timeout, double days, string message) =>
        Assert.Equal(message, new RedisBudgetStoreOptions { KeyPrefix = prefix, StepTimeout = TimeSpan.FromSeconds(timeout), Retention = TimeSpan.FromDays(days) }.Validate());

    private static IServiceCollection Services(IConnectionMultiplexer? connection)
    {
        var services = new ServiceCollection();
        if (connection is not null)
        {
            services.AddSingleton(connection);
        }

        return services.AddTokenThriftRedisBudgets(o => o.KeyPrefix = "mine");
    }
}
