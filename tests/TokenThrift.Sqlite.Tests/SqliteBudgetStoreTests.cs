using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.StoreContracts;

namespace TokenThrift.Sqlite.Tests;

public sealed class SqliteBudgetStoreTests : BudgetStoreContract, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tokenthrift").FullName;
    private readonly List<SqliteBudgetStore> _stores = [];

    public void Dispose()
    {
        foreach (SqliteBudgetStore store in _stores)
        {
            store.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Books_are_there_when_the_file_is_opened_again_and_shared_while_it_is_open_twice()
    {
        IBudgetLedger one = CreateLedger(Time);
        IBudgetLedger other = CreateLedger(Time);
        BudgetDemand demand = BudgetDemand.On(new BudgetScope(BudgetScopeKind.User, "alice"), BudgetWindow.Day, [Limit.Calls(1).Per(BudgetWindow.Day)], Time.GetUtcNow());
        var ask = new BudgetReservation { Id = "a", Demands = [demand], Amounts = new BudgetAmounts { Calls = 1, Usd = new NanoUsd(5) }, ModelId = "m" };
        Assert.True((await one.ReserveAsync(ask)).IsAdmitted);
        Assert.False((await other.ReserveAsync(ask with { Id = "b" })).IsAdmitted);
        Assert.Equal(BudgetOutcome.Done, await other.SettleAsync("a", ask.Amounts, BudgetEvidence.Reported));
        foreach (SqliteBudgetStore store in _stores)
        {
            store.Dispose();
        }

        _stores.Clear();
        IBudgetLedger later = CreateLedger(Time);
        BudgetHold hold = (await later.FindAsync("a"))!;
        Assert.Equal((BudgetHoldPhase.Settled, "m", ask.Amounts, Time.GetUtcNow()), (hold.Phase, hold.ModelId, hold.Charged, hold.CreatedAt));
        Assert.Equal(ask.Amounts, (await later.ReadAsync([demand]))[0].Posted);
    }

    [Fact]
    public async Task Pruning_takes_old_rows_and_leaves_balances_that_still_count()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        var alice = new BudgetScope(BudgetScopeKind.User, "alice");
        BudgetDemand daily = BudgetDemand.On(alice, BudgetWindow.Day, [], Time.GetUtcNow());
        BudgetDemand lifetime = BudgetDemand.On(alice, BudgetWindow.Lifetime, [], Time.GetUtcNow());
        await ledger.ReserveAsync(new BudgetReservation { Id = "a", Demands = [daily, lifetime], Amounts = new BudgetAmounts { Calls = 1 } });
        await ledger.SettleAsync("a", new BudgetAmounts { Calls = 1 }, BudgetEvidence.Reported);
        Assert.Equal(0, await _stores[0].PruneAsync(Time.GetUtcNow()));
        Time.Advance(TimeSpan.FromDays(70));
        Assert.Equal(2, await _stores[0].PruneAsync(Time.GetUtcNow()));
        IReadOnlyList<BudgetBalance> left = await ledger.ReadAsync([daily, lifetime]);
        Assert.Equal([0, 1], left.Select(b => b.Posted.Calls));
    }

    [Fact]
    public async Task Old_rows_go_by_themselves_when_the_file_is_opened_and_every_day()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetDemand daily = BudgetDemand.On(new BudgetScope(BudgetScopeKind.User, "alice"), BudgetWindow.Day, [], Time.GetUtcNow());
        foreach (string id in new[] { "a", "b" })
        {
            await ledger.ReserveAsync(new BudgetReservation { Id = id, Demands = [daily], Amounts = new BudgetAmounts { Calls = 1 } });
            await ledger.SettleAsync(id, new BudgetAmounts { Calls = 1 }, BudgetEvidence.Reported);
        }

        Time.Advance(TimeSpan.FromDays(61));
        await ledger.ExpireAsync();
        Assert.NotNull(await ledger.FindAsync("a"));
        Time.Advance(TimeSpan.FromDays(2));
        await ledger.ExpireAsync();
        Assert.Null(await ledger.FindAsync("a"));
        Assert.Equal(default, (await ledger.ReadAsync([daily]))[0]);
    }

    [Fact]
    public async Task File_of_the_schema_before_is_read_on()
    {
        string path = Path.Combine(_directory, "books.db");
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE budget_holds (
                    id TEXT NOT NULL PRIMARY KEY, phase INTEGER NOT NULL, is_allocation INTEGER NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL,
                    amounts TEXT NOT NULL, charged TEXT NOT NULL, evidence INTEGER, allocation TEXT, drawn TEXT NOT NULL, model TEXT, entries TEXT NOT NULL) WITHOUT ROWID;
                CREATE INDEX budget_holds_open ON budget_holds (expires) WHERE phase < 2 AND is_allocation = 0;
                INSERT INTO budget_holds VALUES ('a', 0, 0, 1, 2, '5 0 0 1 0', '0 0 0 0 0', NULL, NULL, '0 0 0 0 0', 'm', '');
                PRAGMA user_version = 1;
                """;
            command.ExecuteNonQuery();
        }

        IBudgetLedger ledger = CreateLedger(Time);
        Assert.Equal("a", Assert.Single(await ledger.ExpireAsync()).Id);
    }

    [Fact]
    public void Newer_file_is_refused()
    {
        string path = Path.Combine(_directory, "newer.db");
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        Assert.Throws<InvalidOperationException>(() => new SqliteBudgetStore(new SqliteBudgetStoreOptions { Path = path }));
    }

    protected override IBudgetStore CreateStore() => Open();

    private SqliteBudgetStore Open()
    {
        var store = new SqliteBudgetStore(new SqliteBudgetStoreOptions { Path = Path.Combine(_directory, "books.db"), SurvivePowerLoss = false }, Time);
        _stores.Add(store);
        return store;
    }
}
