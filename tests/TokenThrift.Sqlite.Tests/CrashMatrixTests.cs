using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Budgets;

namespace TokenThrift.Sqlite.Tests;

public sealed class CrashMatrixTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tokenthrift").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(CrashPoint.BeforeReserve, null)]
    [InlineData(CrashPoint.AfterReserve, BudgetHoldPhase.Voided)]
    [InlineData(CrashPoint.AfterMarkSent, BudgetHoldPhase.Unknown)]
    [InlineData(CrashPoint.MidStream, BudgetHoldPhase.Unknown)]
    [InlineData(CrashPoint.AfterResponse, BudgetHoldPhase.Unknown)]
    [InlineData(CrashPoint.AfterSettleBeforeAck, BudgetHoldPhase.Settled)]
    public async Task Books_are_right_after_a_process_was_killed(CrashPoint point, BudgetHoldPhase? phase)
    {
        string path = Path.Combine(_directory, "books.db");
        using (Process child = Start(point, path))
        {
            string errors = await child.StandardError.ReadToEndAsync();
            await child.WaitForExitAsync();
            Assert.True(child.ExitCode is not (0 or 2 or 3), $"The child was not killed but ended with {child.ExitCode}: {errors}");
        }

        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var store = new SqliteBudgetStore(new SqliteBudgetStoreOptions { Path = path });
        var ledger = new BudgetLedger(store, time);
        BudgetDemand account = BudgetDemand.On(CrashingChild.Scope, BudgetWindow.Lifetime, [], time.GetUtcNow());
        BudgetBalance before = (await ledger.ReadAsync([account]))[0];
        bool isOpen = phase is BudgetHoldPhase.Voided or BudgetHoldPhase.Unknown;
        Assert.Equal(isOpen, before.Held.Usd.Value > 0);

        // A restarted process sweeps what has run out.
        time.Advance(TimeSpan.FromMinutes(11));
        IReadOnlyList<BudgetHold> ended = await ledger.ExpireAsync();
        Assert.Equal(isOpen ? [phase!.Value] : [], ended.Select(h => h.Phase));
        BudgetBalance after = (await ledger.ReadAsync([account]))[0];
        Assert.Equal(default, after.Held);
        long expected = phase switch
        {
            BudgetHoldPhase.Unknown => before.Held.Usd.Value,
            BudgetHoldPhase.Settled => 20_000,
            _ => 0,
        };
        Assert.Equal(expected, after.Posted.Usd.Value);
    }

    private static Process Start(CrashPoint point, string path)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in new[] { "exec", typeof(CrashingChild).Assembly.Location, nameof(CrashingChild), point.ToString(), path })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
