using StackExchange.Redis;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.TestSupport;

namespace TokenThrift.Redis.Tests;

public class KilledServerTests
{
    // What was acknowledged is there; what was under way is there as a whole or not at all.
    [RedisServerFact]
    public async Task Books_survive_the_death_of_a_server_that_keeps_a_journal()
    {
        using var server = new RedisServer(keepsJournal: true);
        long acknowledged = 0, maybe = 0;
        for (int death = 0; death < 5; death++)
        {
            await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(server.Settings());
            var ledger = new BudgetLedger(new RedisBudgetStore(connection));
            BudgetDemand[] demands = Demands();
            Task[] clients = [.. Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
            {
                for (int i = 0; ; i++)
                {
                    string id = $"{death}-{client}-{i}";
                    try
                    {
                        Assert.True((await ledger.ReserveAsync(new BudgetReservation { Id = id, Demands = demands, Amounts = Usd(7), TimeToLive = TimeSpan.FromHours(1) })).IsAdmitted);
                        Interlocked.Increment(ref maybe);
                        Assert.Equal(BudgetOutcome.Done, await ledger.SettleAsync(id, Usd(3), BudgetEvidence.Reported));
                        Interlocked.Increment(ref acknowledged);
                        Interlocked.Decrement(ref maybe);
                    }
                    catch (Exception e) when (e is RedisException or TimeoutException)
                    {
                        return;
                    }
                }
            }))];
            await Task.Delay(150 + (40 * death));
            server.Kill();
            await Task.WhenAll(clients);
            server.Start();
        }

        await using ConnectionMultiplexer later = await ConnectionMultiplexer.ConnectAsync(server.Settings());
        IReadOnlyList<BudgetBalance> balances = await new BudgetLedger(new RedisBudgetStore(later)).ReadAsync(Demands());
        Assert.True(acknowledged > 100, $"{acknowledged} were acknowledged");
        foreach (BudgetBalance balance in balances)
        {
            Assert.Equal(balances[0], balance);
            Assert.InRange(balance.Posted.Usd.Value, 3 * acknowledged, 3 * (acknowledged + maybe));

            // Each client was at one hold when the server died, which may never have heard of it.
            Assert.InRange(balance.Held.Usd.Value, 0, 7 * 8 * 5);
            Assert.Equal(0, balance.Held.Usd.Value % 7);
        }

        static BudgetDemand[] Demands() => [.. new[] { "a", "b", "c" }.Select(name => BudgetDemand.On(new BudgetScope(BudgetScopeKind.User, name), BudgetWindow.Lifetime, [Limit.Usd(1_000_000)], DateTimeOffset.UnixEpoch))];

        static BudgetAmounts Usd(long nano) => new() { Usd = new NanoUsd(nano) };
    }
}
