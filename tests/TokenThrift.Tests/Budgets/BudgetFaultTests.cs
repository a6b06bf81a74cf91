using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.AI;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Budgets;

public class BudgetFaultTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ledger_that_fails_refuses_capped_calls_and_lets_others_through(bool streamed)
    {
        var store = new FailingStore { Fails = true };
        var bench = new BudgetBench(ledger: new BudgetLedger(store));
        await bench.Gate.AskAsync(streamed, "hello");
        Assert.Single(bench.Provider.Calls);

        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(streamed, "hello"));
        Assert.Equal(BudgetRefusal.LedgerUnavailable, e.Refusal);
        Assert.IsType<IOException>(e.InnerException);
        Assert.Single(bench.Provider.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ledger_that_fails_at_the_end_keeps_the_hold_until_it_is_charged_in_full(bool streamed)
    {
        var store = new FailingStore();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
        var ledger = new BudgetLedger(store, time);
        var bench = new BudgetBench(
            (_, _) =>
            {
                store.Fails = true;
                return Task.FromResult(ScriptedChatClient.Answer("done"));
            },
            ledger: ledger);
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        ChatResponse response = await bench.Gate.AskAsync(streamed, "hello");
        Assert.Equal("done", response.Text);
        store.Fails = false;
        time.Advance(TimeSpan.FromMinutes(11));
        await ledger.ExpireAsync();
        BudgetBalance books = (await ledger.ReadAsync([BudgetDemand.On(task.Scope, BudgetWindow.Lifetime, [], default)]))[0];
        Assert.True(books.Posted.Usd.Value > 4096 * 2000);
        Assert.Equal(default, books.Held);
    }

    [Theory]
    [InlineData(false, "-5", "-7")]
    [InlineData(true, "-5", "-7")]
    [InlineData(false, "9223372036854775807", "9223372036854775807")]
    [InlineData(true, "9223372036854775807", "9223372036854775807")]
    [InlineData(false, "10", "999999999")]
    [InlineData(true, "10", "999999999")]
    public async Task Hostile_usage_is_posted_as_far_as_it_means_anything_and_never_breaks_the_books(bool streamed, string input, string output)
    {
        var bench = new BudgetBench((_, _) => Task.FromResult(ScriptedChatClient.Answer("done", long.Parse(input, CultureInfo.InvariantCulture), long.Parse(output, CultureInfo.InvariantCulture))));
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        Assert.Equal("done", (await bench.Gate.AskAsync(streamed, "hello")).Text);
        Assert.Equal(default, task.Summary.Held);
        BudgetBalance books = (await bench.Ledger.ReadAsync([BudgetDemand.On(task.Scope, BudgetWindow.Lifetime, [], default)]))[0];
        Assert.True(books.Posted.IsNonNegative());
        Assert.Equal(books.Posted.Usd, task.Spent);
        if (input == "10")
        {
            // More than the limit allowed: posted in full, and nothing further is admitted.
            Assert.Equal(10 * 1000 + (999_999_999L * 2000), task.Spent.Value);
            await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(streamed, "hello"));
        }
    }

    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public async Task Clock_that_jumps_while_a_call_is_under_way_leaves_the_books_right(int days)
    {
        var release = new TaskCompletionSource<ChatResponse>();
        var bench = new BudgetBench((_, _) => release.Task);
        bench.Time.AutoAdvanceAmount = TimeSpan.Zero;
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        Task<ChatResponse> call = bench.Gate.AskAsync(false, "hello");
        if (days > 0)
        {
            bench.Time.Advance(TimeSpan.FromDays(days));
        }
        else
        {
            bench.Time.AdjustTime(bench.Time.GetUtcNow().AddDays(days));
        }

        // Another call sweeps what has run out: the first is charged in full until it settles.
        await bench.Ledger.ExpireAsync();
        release.SetResult(ScriptedChatClient.Answer("done"));
        await call;
        BudgetBalance books = (await bench.Ledger.ReadAsync([BudgetDemand.On(task.Scope, BudgetWindow.Lifetime, [], default)]))[0];
        Assert.Equal((BudgetBench.AnswerCost, NanoUsd.Zero), (books.Posted.Usd, books.Held.Usd));
    }

    [Fact]
    public async Task Ended_task_leaves_nothing_behind_and_a_call_that_outlives_it_still_settles()
    {
        var release = new TaskCompletionSource<ChatResponse>();
        var bench = new BudgetBench((_, _) => release.Task);
        BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        Task<ChatResponse> call = bench.Gate.AskAsync(false, "hello");
        task.Dispose();
        release.SetResult(ScriptedChatClient.Answer("done"));
        await call;
        Assert.Equal(BudgetBench.AnswerCost, task.Spent);
        Assert.Equal(default, task.Summary.Held);
    }

    [Fact]
    public async Task Allocated_task_has_its_money_for_itself_and_returns_the_rest()
    {
        var bench = new BudgetBench(options: new BudgetOptions { HoldWait = TimeSpan.Zero });
        using BudgetTask parent = bench.Budgets.BeginTask("parent", Limit.Usd(0.020m));
        BudgetTask child = await bench.Budgets.AllocateTaskAsync("child", new BudgetTaskOptions { Limits = [Limit.Usd(0.015m)] });
        await bench.Gate.AskAsync(false, "hello");
        Assert.Equal(BudgetBench.AnswerCost, child.Spent);
        await Assert.ThrowsAsync<BudgetExceededException>(async () => await bench.Budgets.AllocateTaskAsync("grandchild", new BudgetTaskOptions { Limits = [Limit.Usd(0.016m)] }));
        child.Dispose();
        BudgetBalance books = (await bench.Ledger.ReadAsync([BudgetDemand.On(parent.Scope, BudgetWindow.Lifetime, [], default)]))[0];
        Assert.Equal((BudgetBench.AnswerCost, NanoUsd.Zero), (books.Posted.Usd, books.Held.Usd));
        Assert.Equal(BudgetBench.AnswerCost, parent.Spent);
    }

    [Theory]
    [InlineData("Usd", "-1")]
    [InlineData("DefaultMaxOutput", "0")]
    [InlineData("MinOutput", "5000")]
    [InlineData("HoldWait", "-00:00:01")]
    [InlineData("HoldTimeToLive", "00:00:00")]
    [InlineData("AllocationTimeToLive", "00:00:59")]
    [InlineData("LocalLeaseUsd", "0")]
    [InlineData("RequestsPerCall", "21")]
    [InlineData("UnknownCharge", "9")]
    public void Wrong_setting_is_named(string property, string value)
    {
        var options = new BudgetOptions();
        object target = options;
        if (property == "Usd")
        {
            options.Limits.Add(new ScopeLimit());
            target = options.Limits[0];
        }

        PropertyDescriptor described = TypeDescriptor.GetProperties(target)[property]!;
        described.SetValue(target, described.PropertyType.IsEnum ? Enum.ToObject(described.PropertyType, int.Parse(value, CultureInfo.InvariantCulture)) : described.Converter.ConvertFromInvariantString(value));
        Assert.Contains(property, options.Validate(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new BudgetService(options));
    }
}
