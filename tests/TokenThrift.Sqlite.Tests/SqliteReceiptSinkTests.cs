using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Sqlite.Tests;

public sealed class SqliteReceiptSinkTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private readonly string _directory = Directory.CreateTempSubdirectory("tokenthrift").FullName;

    private string FilePath => Path.Combine(_directory, "receipts.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Receipts_come_back_whole_in_order_and_once()
    {
        using (var sink = new SqliteReceiptSink(FilePath))
        {
            for (int i = 599; i >= 0; i--)
            {
                await sink.AddAsync(Receipt(i));
                await sink.AddAsync(Receipt(i));
            }
        }

        using var again = new SqliteReceiptSink(FilePath);
        var read = new List<ThriftReceipt>();
        await foreach (ThriftReceipt receipt in again.ReadAsync(Start.AddMinutes(10), Start.AddMinutes(590)))
        {
            read.Add(receipt);
        }

        Assert.Equal(580, read.Count);
        Assert.Equal(Enumerable.Range(10, 580).Select(i => $"r{i:000}"), read.Select(r => r.Id));
        Assert.Equal(("acme", new NanoUsd(10)), (read[0].Identity.Tenant, read[0].Spent!.Value));
        Assert.Equal(300, await again.PruneAsync(Start.AddMinutes(300)));
    }

    [Fact]
    public async Task Books_and_receipts_share_a_file_and_a_container()
    {
        var services = new ServiceCollection();
        services.AddTokenThriftSqliteBudgets(o => o.Path = FilePath).AddTokenThriftSqliteReceipts(FilePath);
        await using ServiceProvider provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IReceiptSink>().AddAsync(Receipt(1));
        var budgets = new BudgetService(ledger: provider.GetRequiredService<IBudgetLedger>());
        BudgetLease lease = await budgets.HoldAsync(new BudgetRequest { WorstCase = new BudgetAmounts { Calls = 1 } });
        await lease.SettleAsync(lease.Held, BudgetEvidence.Reported);
        Assert.Equal(BudgetHoldPhase.Settled, (await budgets.Ledger.FindAsync(lease.Id))!.Phase);
    }

    private static ThriftReceipt Receipt(int minute) => new()
    {
        Id = $"r{minute:000}",
        StartedAt = Start.AddMinutes(minute),
        Identity = new RequestIdentity { Tenant = "acme" },
        Spent = new NanoUsd(minute),
    };
}
