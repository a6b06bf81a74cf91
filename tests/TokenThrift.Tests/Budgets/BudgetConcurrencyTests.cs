using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Budgets;

public class BudgetConcurrencyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Streams_that_are_cancelled_at_random_leave_no_hold_and_parents_equal_own_plus_children(int seed)
    {
        var random = new Random(seed);
        var ledger = new BudgetLedger(new MemoryBudgetStore());
        var budgets = new BudgetService(new BudgetOptions { HoldWait = TimeSpan.FromMinutes(5) }, ledger);
        using var provider = new SlowProvider();
        using var gate = new BudgetingChatClient(new MeteringChatClient(provider, new ModelCatalog([BudgetBench.Model]), TokenCounters.Shared, TimeProvider.System, "test-model"), budgets);

        // Three scopes, one inside the other; the cap is below the sum of all worst cases.
        using BudgetTask root = budgets.BeginTask("root", Limit.Usd(0.2m));
        Task<BudgetSummary>[] middles = [.. Enumerable.Range(0, 4).Select(m => MiddleAsync(m, [.. Enumerable.Range(0, 16).Select(_ => random.Next(12))]))];
        await Task.WhenAll(middles);
        BudgetAmounts own = await OneAsync(root, 11);

        BudgetAmounts children = middles.Select(m => m.Result.Spent).Aggregate((a, b) => a + b);
        Assert.Equal(root.Summary.Spent, own + children);
        Assert.Equal(default, root.Summary.Held);
        BudgetBalance books = (await ledger.ReadAsync([BudgetDemand.On(root.Scope, BudgetWindow.Lifetime, [], default)]))[0];
        Assert.Equal((root.Summary.Spent, default), (books.Posted, books.Held));
        Assert.Equal(65, root.Summary.Spent.Calls);
        Assert.True(root.Summary.SpentUsd <= NanoUsd.FromUsd(0.2m));

        async Task<BudgetSummary> MiddleAsync(int number, int[] stops)
        {
            using BudgetTask middle = budgets.BeginTask($"middle-{number}", Limit.Usd(0.1m));
            Task<BudgetSummary>[] leaves = [.. stops.Select(LeafAsync)];
            await Task.WhenAll(leaves);
            Assert.Equal(middle.Summary.Spent, leaves.Select(l => l.Result.Spent).Aggregate((a, b) => a + b));
            Assert.Equal(default, middle.Summary.Held);
            return middle.Summary;
        }

        async Task<BudgetSummary> LeafAsync(int stop)
        {
            using BudgetTask leaf = budgets.BeginTask("leaf");
            await OneAsync(leaf, stop);
            return leaf.Summary;
        }

        async Task<BudgetAmounts> OneAsync(BudgetTask task, int stop)
        {
            BudgetAmounts before = task.Summary.Spent;
            using var cancel = new CancellationTokenSource();
            try
            {
                int seen = 0;
                await foreach (ChatResponseUpdate _ in gate.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "hello")], null, cancel.Token))
                {
                    if (++seen == stop)
                    {
                        if (stop % 2 == 0)
                        {
                            break;
                        }

                        await cancel.CancelAsync();
                    }
                }
            }
            catch (OperationCanceledException)
            {
            }

            return task.Summary.Spent - before;
        }
    }

    [Fact]
    public async Task Waiting_calls_are_served_in_the_order_in_which_they_came()
    {
        var budgets = new BudgetService(new BudgetOptions { HoldWait = TimeSpan.FromMinutes(5) });
        using BudgetTask task = budgets.BeginTask("order", Limit.Calls(100), Limit.Usd(0.000000010m));
        var request = new BudgetRequest { Task = Requests(task), WorstCase = new BudgetAmounts { Usd = new NanoUsd(6), Calls = 1 } };
        BudgetLease first = await budgets.HoldAsync(request);
        var order = new List<int>();

        // The second does not fit beside the first; the third would, but must not pass the second for ever. Nor do they fit together.
        Task second = NextAsync(2, request);
        Task third = NextAsync(3, request with { WorstCase = new BudgetAmounts { Usd = new NanoUsd(4), Calls = 1 } });
        Assert.Empty(order);
        await first.SettleAsync(new BudgetAmounts { Usd = new NanoUsd(1), Calls = 1 }, BudgetEvidence.Reported);
        await Task.WhenAll(second, third);
        Assert.Equal([2, 3], order);

        async Task NextAsync(int number, BudgetRequest next)
        {
            BudgetLease lease = await budgets.HoldAsync(next);
            order.Add(number);
            await lease.SettleAsync(new BudgetAmounts { Usd = new NanoUsd(1), Calls = 1 }, BudgetEvidence.Reported);
        }

        static TokenThrift.Requests.TaskNode Requests(BudgetTask task)
        {
            Assert.Equal(task.Id, TokenThrift.Requests.AmbientTask.Current!.Id);
            return TokenThrift.Requests.AmbientTask.Current!;
        }
    }

    [Fact]
    public async Task Settlements_at_prices_below_a_nano_dollar_add_up_to_the_last_unit()
    {
        var ledger = new BudgetLedger(new MemoryBudgetStore());
        var scope = new BudgetScope(BudgetScopeKind.Tenant, "exact");
        BudgetDemand[] demand = [BudgetDemand.On(scope, BudgetWindow.Lifetime, [Limit.Usd(1000m)], default)];
        var prices = new ModelPrices(3_625, 870_000);
        Int128 expected = 0;
        const int settlements = 50_000;
        for (int i = 0; i < settlements; i++)
        {
            var usage = new TokenUsage(i % 7919, i % 13);
            Int128 pico = (((Int128)usage.Input * 3_625) + ((Int128)usage.Output * 870_000) + 999) / 1000;
            expected += pico;
            string id = $"h{i}";
            await ledger.ReserveAsync(new BudgetReservation { Id = id, Demands = demand, Amounts = new BudgetAmounts { Usd = new NanoUsd(1_000_000) } });
            await ledger.SettleAsync(id, new BudgetAmounts { Usd = UsageCost.Of(usage, prices)!.Value }, BudgetEvidence.Reported);
        }

        Assert.Equal((long)expected, (await ledger.ReadAsync(demand))[0].Posted.Usd.Value);
    }

    /// <summary>Gives ten words, one at a time, and usage last.</summary>
    private sealed class SlowProvider : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(ScriptedChatClient.Answer("done"));

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (int i = 0; i < 10; i++)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                yield return new ChatResponseUpdate(ChatRole.Assistant, "word ");
            }

            yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 10, OutputTokenCount = 12 })]);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
