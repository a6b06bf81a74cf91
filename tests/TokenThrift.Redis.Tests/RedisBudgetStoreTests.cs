using StackExchange.Redis;
using TokenThrift.Budgets;
using TokenThrift.StoreContracts;
using TokenThrift.TestSupport;

namespace TokenThrift.Redis.Tests;

/// <summary>What every store must do, on a server in this process.</summary>
public sealed class RedisBudgetStoreTests(Garnet engine) : BudgetStoreContract, IClassFixture<Garnet>
{
    protected override IBudgetStore CreateStore() => new RedisBudgetStore(engine.Connection, new RedisBudgetStoreOptions { KeyPrefix = Guid.NewGuid().ToString("N") });

    [RedisServerFact]
    public async Task The_same_holds_on_a_redis_server()
    {
        using var server = new RedisServer();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(server.Settings());
        var failed = new List<string>();
        int tests = 0;
        foreach (System.Reflection.MethodInfo test in typeof(OnServer).GetMethods().Where(m => m.IsDefined(typeof(FactAttribute), inherit: true)))
        {
            tests++;
            try
            {
                await (Task)test.Invoke(new OnServer(connection), null)!;
            }
            catch (Exception e)
            {
                failed.Add($"{test.Name}: {e}");
            }
        }

        Assert.True(tests >= 30, $"{tests} tests were found");
        Assert.Empty(failed);
    }

#pragma warning disable xUnit1000 // Run by the test above, on a server that is not everywhere.
    private sealed class OnServer(ConnectionMultiplexer connection) : BudgetStoreContract
#pragma warning restore xUnit1000
    {
        protected override IBudgetStore CreateStore() => new RedisBudgetStore(connection, new RedisBudgetStoreOptions { KeyPrefix = Guid.NewGuid().ToString("N") });
    }
}
