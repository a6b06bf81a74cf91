using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using TokenThrift.Budgets;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Routing;

namespace TokenThrift.Tests.Composition;

/// <summary>Receipts, ledger and meters each count on their own; whatever happens to the calls, they must agree to the last unit.</summary>
public sealed class ExactSumsTests : IDisposable
{
    private const int Workers = 16;
    private const int RequestsEach = 12;
    private readonly string _folder = Directory.CreateTempSubdirectory("sums-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Receipts_ledger_and_meters_agree_to_the_last_unit_under_concurrency_faults_and_retries(int seed)
    {
        string path = Path.Combine(_folder, "receipts.jsonl");
        var kept = new InMemoryReceiptSink(Workers * RequestsEach * 2);
        using var file = new JsonLinesReceiptSink(path, maxFileBytes: 50_000);
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddSingleton<IReceiptSink>(kept).AddSingleton<IReceiptSink>(file);
        services.AddTokenThrift(thrift =>
        {
            thrift.AddModel("gpt-5.4-nano", _ => new ChaosProvider("gpt-5.4-nano", seed));
            thrift.AddModel("gpt-5.5", _ => new ChaosProvider("gpt-5.5", seed + 100));
            thrift.Routing.RetryDelay = TimeSpan.Zero;
            thrift.Routing.Checks.Add(new OddAnswers());
            thrift.Budgets.HoldWait = TimeSpan.FromMinutes(5);
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        IMeterFactory factory = provider.GetRequiredService<IMeterFactory>();
        using MetricCollector<long> spent = Collect("tokenthrift.spent"), baseline = Collect("tokenthrift.baseline"), saved = Collect("tokenthrift.saved"), tokens = Collect("tokenthrift.tokens"),
            calls = Collect("tokenthrift.calls"), requests = Collect("tokenthrift.requests"), posted = Collect("tokenthrift.budget.posted"), held = Collect("tokenthrift.budget.held");
        IChatClient client = provider.GetRequiredService<IChatClient>();
        IBudgets budgets = provider.GetRequiredService<IBudgets>();
        using BudgetTask root = budgets.BeginTask("root");
        BudgetSummary[] parts = await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(client, budgets, worker, seed))));

        ThriftReceipt[] receipts = [.. kept.Receipts()];
        CallRecord[] sent = [.. receipts.SelectMany(receipt => receipt.Calls).Where(call => call.Outcome != CallOutcome.Refused)];
        SavingsSummary total = provider.GetRequiredService<ReceiptBook>().Total;

        // The run was one: calls failed, were tried again, were cut off, hit the cache, and were refused for want of money.
        Assert.Equal(Workers * RequestsEach, receipts.Length);
        Assert.Contains(sent, call => call.Outcome == CallOutcome.Failed);
        Assert.Contains(sent, call => call.Outcome == CallOutcome.Rejected);
        Assert.Contains(sent, call => call.Outcome == CallOutcome.Cancelled);
        Assert.Contains(sent, call => call.IsEstimated);
        Assert.Contains(receipts, receipt => receipt.Cache is { Tier: not CacheTier.None });
        Assert.Contains(receipts, receipt => receipt.Calls.Any(call => call.Outcome == CallOutcome.Refused));

        // Each receipt adds up, and all of them to the book.
        Assert.All(receipts, receipt =>
        {
            Assert.Equal(receipt.Calls.Where(call => call.Outcome != CallOutcome.Refused).Sum(call => call.Cost!.Value.Value), receipt.Spent!.Value.Value);
            Assert.Equal(receipt.Baseline!.Value - receipt.Spent!.Value, receipt.Savings!.Value.Total);
        });
        Assert.Equal(total, SavingsReport.Of(receipts).Total);
        Assert.Equal(total, SavingsReport.Of(ReceiptFile.Read(path, withFullFiles: true)).Total);

        // The ledger, call by call and task by task.
        Assert.All(sent, call => Assert.True(call.IsEstimated || call.Settled == call.Cost, $"{call}"));
        Assert.Equal(sent.Sum(call => call.Settled!.Value.Value), root.Summary.Spent.Usd.Value);
        Assert.Equal(sent.Count(call => !call.IsUnbilled), root.Summary.Spent.Calls);
        Assert.Equal(parts.Select(part => part.Spent).Aggregate((a, b) => a + b), root.Summary.Spent);
        Assert.Equal(default, root.Summary.Held);

        // The meters.
        Assert.Equal(total.Spent.Value, Sum(spent));
        Assert.Equal(total.Baseline.Value, Sum(baseline));
        Assert.Equal(total.Savings.Total.Value, Sum(saved));
        Assert.Equal(total.Usage.Input + total.Usage.Output, Sum(tokens));
        Assert.Equal(receipts.Sum(receipt => receipt.Calls.Count), Sum(calls));
        Assert.Equal(receipts.Length, Sum(requests));
        Assert.Equal(root.Summary.Spent.Usd.Value, Sum(posted));
        Assert.Equal(0, Sum(held));

        MetricCollector<long> Collect(string name) => new(factory, ThriftTelemetry.Name, name);
        static long Sum(MetricCollector<long> collector) => collector.GetMeasurementSnapshot().Sum(measurement => measurement.Value);
    }

    private static async Task<BudgetSummary> WorkAsync(IChatClient client, IBudgets budgets, int worker, int seed)
    {
        var random = new Random((seed * 1000) + worker);

        // One worker has next to nothing.
        using BudgetTask task = worker == 0 ? budgets.BeginTask("poor", Limit.Usd(0.000_05m)) : budgets.BeginTask($"worker-{worker % 3}");
        for (int i = 0; i < RequestsEach; i++)
        {
            // Some questions are asked by several, so that answers come from the cache and from calls under way.
            string question = random.Next(3) == 0 ? $"What does policy {random.Next(3)} say?" : $"What does worker {worker} do at step {i}?";
            var options = new ChatOptions { MaxOutputTokens = 40, Temperature = 0 };
            using var cancel = new CancellationTokenSource();
            try
            {
                if (random.Next(2) == 0)
                {
                    await client.GetResponseAsync(question, options, cancel.Token);
                }
                else
                {
                    await StreamAsync(client, question, options, random.Next(12), cancel);
                }
            }
            catch (Exception e) when (e is HttpRequestException or TimeoutException or OperationCanceledException or CallRefusedException or AggregateException or InvalidOperationException)
            {
                // The provider's faults and our refusals are what this is about.
            }
        }

        return task.Summary;
    }

    private static async Task StreamAsync(IChatClient client, string question, ChatOptions options, int stop, CancellationTokenSource cancel)
    {
        int seen = 0;
        await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync(question, options, cancel.Token))
        {
            if (++seen == stop)
            {
                if (stop % 2 == 0)
                {
                    return;
                }

                await cancel.CancelAsync();
            }
        }
    }

    /// <summary>Refuses answers of an odd number of words.</summary>
    private sealed class OddAnswers : IAnswerCheck
    {
        public string Name => "odd";

        public ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(context.Response.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length % 2 == 1 ? CheckResult.Fail("odd") : CheckResult.Pass);
    }
}
