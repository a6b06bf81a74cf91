using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Budgets;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Tests.Caching.Policy;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Composition;

/// <summary>The models that the cache itself asks, the comparer's judge and the verifier, are held, bound and on the receipt like any other.</summary>
public sealed class CacheHelperModelTests
{
    private const string First = "please tell me how one would pay for the trip";
    private const string Second = "please tell me how one would pay for this trip";

    private const string Reworded = "there is a button for it in your wallet";

    [Theory, InlineData(false), InlineData(true)]
    public async Task Judge_of_the_comparer_is_held_and_stands_on_the_receipt_as_overhead(bool streamed)
    {
        await using var bench = new HelperBench();
        using BudgetTask task = bench.Budgets.BeginTask("ask");
        await bench.AskAsync(streamed, First);
        await bench.AskAsync(streamed, Second);

        ThriftReceipt receipt = bench.Receipts[^1];
        CallRecord judged = Assert.Single(receipt.Calls, call => call.Purpose == CallPurpose.Judge);
        Assert.Equal(("gpt-5.4-nano", judged.Cost), (judged.Model!.Id, judged.Settled));
        Assert.True(judged.Held >= judged.Cost);
        Assert.Equal(-judged.Cost!.Value, receipt.Savings!.Value.Overhead);
        Assert.Equal("gpt-5.5", receipt.ReferenceModelId);
        Assert.Equal(3, task.Summary.Spent.Calls);
        Assert.Equal(bench.Receipts.Sum(r => r.Spent!.Value.Value), task.Spent.Value);
        Assert.Equal(default, task.Summary.Held);
        Assert.False(bench.Judge.IsDisposed);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Judge_that_cannot_be_afforded_or_is_not_allowed_is_not_asked_and_the_answer_is_served(bool streamed)
    {
        await using var poor = new HelperBench();
        using (poor.Budgets.BeginTask("ask", Limit.Calls(2)))
        {
            await poor.AskAsync(streamed, First);
            Assert.Equal(Reworded, await poor.AskAsync(streamed, Second));
            await Assert.ThrowsAsync<BudgetExceededException>(() => poor.AskAsync(streamed, "and now for something else"));
        }

        Assert.Empty(poor.Judge.Calls);
        await using var bound = new HelperBench(thrift => thrift.Policy.DeniedModels.Add("gpt-5.4-nano"));
        await bound.AskAsync(streamed, First);
        Assert.Equal(Reworded, await bound.AskAsync(streamed, Second));
        Assert.Empty(bound.Judge.Calls);
        Assert.All(bound.Receipts, receipt => Assert.Null(receipt.Error));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Comparer_that_throws_a_refusal_breaks_no_answer(bool streamed)
    {
        await using var bench = new HelperBench(thrift => thrift.Caching.Comparer = new RefusingComparer());
        await bench.AskAsync(streamed, First);
        Assert.Equal(Reworded, await bench.AskAsync(streamed, Second));
        Assert.Null(bench.Receipts[^1].Error);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Verified_hit_saves_what_the_answer_cost_less_what_the_verifier_did(bool streamed)
    {
        var traffic = new MadeUpTraffic(2, 20);
        var random = new Random(2);
        int topic = 0;
        var verifier = new ScriptedChatClient(call => ScriptedChatClient.Answer(call.LastText.Contains($"its answer: \"{traffic.Right(topic)}\"", StringComparison.Ordinal) ? "YES" : "NO", 120, 1))
        {
            Metadata = new ChatClientMetadata("test", null, "gpt-5.4-nano"),
        };
        await using var bench = new HelperBench(
            thrift =>
            {
                thrift.Caching.Comparer = null;
                thrift.Caching.MaxErrorRate = 0.05;
                thrift.Caching.AuditRandom = new Random(2);
                thrift.Caching.Verifier = verifier;
            },
            _ => ScriptedChatClient.Answer(traffic.Right(topic), 2000, 500, "gpt-5.5"));
        using BudgetTask task = bench.Budgets.BeginTask("ask");
        for (int i = 0; i < 2500 && bench.Receipts is not [.., { Cache.Reason: "hit-verified" }]; i++)
        {
            (topic, string question) = traffic.Next();
            topic = topic >= 10 && random.NextDouble() < 0.12 ? topic ^ 1 : topic;
            await bench.AskAsync(streamed, question);
        }

        ThriftReceipt hit = bench.Receipts[^1];
        Assert.Equal(("hit-verified", CacheTier.Semantic), (hit.Cache!.Reason, hit.Cache.Tier));
        CallRecord asked = Assert.Single(hit.Calls);
        Assert.Equal((CallPurpose.Judge, CallOutcome.Served), (asked.Purpose, asked.Outcome));
        Assert.Equal(("gpt-5.5", asked.Cost), (hit.ReferenceModelId, hit.Spent));
        Assert.Equal(-asked.Cost!.Value, hit.Savings!.Value.Overhead);
        Assert.True(hit.Savings.Value.Cache > asked.Cost.Value);
        Assert.Equal(hit.Baseline!.Value - hit.Spent!.Value, hit.Savings.Value.Total);
        Assert.Equal(default, task.Summary.Held);

        // With nothing left to ask it with, it is a miss, and that is refused by the budget as any other.
        int before = verifier.Calls.Count;
        using BudgetTask spent = bench.Budgets.BeginTask("spent", Limit.Calls(0));
        for (int i = 0; i < 40; i++)
        {
            (topic, string question) = traffic.Next();
            await Record.ExceptionAsync(() => bench.AskAsync(streamed, question));
        }

        Assert.Equal(before, verifier.Calls.Count);
        Assert.All(bench.Receipts.TakeLast(40), receipt => Assert.True(receipt.Error is null or nameof(BudgetExceededException)));
    }

    private sealed class RefusingComparer : IAnswerComparer
    {
        public ValueTask<AnswerComparison> CompareAsync(AnswerPair pair, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new RefusedException();

        private sealed class RefusedException() : CallRefusedException("no");
    }

    private sealed class HelperBench : IAsyncDisposable
    {
        private readonly ServiceProvider _services;
        private int _answers;

        public HelperBench(Action<TokenThriftOptions>? configure = null, Func<ScriptedChatClient.ScriptedCall, ChatResponse>? answer = null)
        {
            var services = new ServiceCollection();
            services.AddTokenThrift(thrift =>
            {
                thrift.AddModel("gpt-5.5", _ => new ScriptedChatClient(answer ?? (_ => ScriptedChatClient.Answer(_answers++ % 2 == 0 ? "open the wallet and tap pay" : Reworded, 100, 20, "gpt-5.5"))) { Metadata = new ChatClientMetadata("test", null, "gpt-5.5") });
                thrift.Caching.Comparer = new ChatClientAnswerComparer(Judge);
                configure?.Invoke(thrift);
            });
            _services = services.BuildServiceProvider();
        }

        public ScriptedChatClient Judge { get; } = new(_ => ScriptedChatClient.Answer("SAME", 100, 1)) { Metadata = new ChatClientMetadata("test", null, "gpt-5.4-nano") };

        public IBudgets Budgets => _services.GetRequiredService<IBudgets>();

        public IReadOnlyList<ThriftReceipt> Receipts => _services.GetRequiredService<ReceiptBook>().Recent();

        public async Task<string> AskAsync(bool streamed, string question)
        {
            var options = new ChatOptions();
            RequestSettings.User.Set(options, "reader");
            return (await _services.GetRequiredService<IChatClient>().AskAsync(streamed, [new ChatMessage(ChatRole.User, question)], options)).Text;
        }

        public ValueTask DisposeAsync() => _services.DisposeAsync();
    }
}
