using Microsoft.Extensions.AI;
using TokenThrift.Budgets;
using TokenThrift.Models;

namespace TokenThrift.Tests.Budgets;

public class BudgetingEmbeddingGeneratorTests
{
    private static readonly ModelCatalog Catalog = new([new ModelInfo("embedder") { Prices = new ModelPrices(20_000, null) }]);

    [Theory]
    [InlineData(7L, 140)]
    [InlineData(null, 60)]
    [InlineData(0L, 60)]
    public async Task Embeddings_are_held_and_settled_on_usage_or_count(long? reported, long expectedNano)
    {
        var budgets = new BudgetService();
        using var generator = new Generator { Reported = reported };
        using var gate = new BudgetingEmbeddingGenerator<Embedding<float>>(generator, budgets, Catalog);
        using BudgetTask task = budgets.BeginTask("embed", Limit.Usd(0.01m));
        await gate.GenerateAsync(["hello", "hello hello"]);
        Assert.Equal(expectedNano, task.Spent.Value);
        Assert.Equal(default, task.Summary.Held);
        Assert.Equal(reported is > 0 ? 0 : 1, task.Summary.Estimated);
    }

    [Fact]
    public async Task Embeddings_are_refused_before_they_are_asked_for()
    {
        var budgets = new BudgetService();
        using var generator = new Generator();
        using var gate = new BudgetingEmbeddingGenerator<Embedding<float>>(generator, budgets, Catalog);
        using (budgets.BeginTask("embed", Limit.Usd(0.0000001m)))
        {
            await Assert.ThrowsAsync<BudgetExceededException>(() => gate.GenerateAsync(["hello"]));
        }

        using (budgets.BeginTask("embed", Limit.Usd(1m)))
        {
            BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => gate.GenerateAsync(["hello"], new EmbeddingGenerationOptions { ModelId = "other" }));
            Assert.Equal(BudgetRefusal.UnknownPrice, e.Refusal);
        }

        Assert.Equal(0, generator.Calls);
    }

    [Fact]
    public async Task Failed_embedding_is_charged_in_full_unless_it_is_known_to_be_free()
    {
        var budgets = new BudgetService();
        using var generator = new Generator { Failure = new TimeoutException() };
        using var gate = new BudgetingEmbeddingGenerator<Embedding<float>>(generator, budgets, Catalog);
        using BudgetTask task = budgets.BeginTask("embed", Limit.Usd(1m));
        await Assert.ThrowsAsync<TimeoutException>(() => gate.GenerateAsync(["hello"]));
        Assert.Equal(7 * 20, task.Spent.Value);
        generator.Failure = new HttpRequestException("no", null, System.Net.HttpStatusCode.TooManyRequests);
        await Assert.ThrowsAsync<HttpRequestException>(() => gate.GenerateAsync(["hello"]));
        Assert.Equal(7 * 20, task.Spent.Value);
        Assert.Equal(default, task.Summary.Held);
    }

    [Fact]
    public async Task Requests_that_the_client_may_send_by_itself_are_held_for()
    {
        var budgets = new BudgetService();
        using var generator = new Generator();
        using var gate = new BudgetingEmbeddingGenerator<Embedding<float>>(generator, budgets, Catalog, requestsPerCall: 4);
        using (budgets.BeginTask("embed", Limit.InputTokens(27)))
        {
            BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => gate.GenerateAsync(["hello"]));
            Assert.Equal(4 * 7, e.Asked.InputTokens);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new BudgetingEmbeddingGenerator<Embedding<float>>(generator, budgets, Catalog, requestsPerCall: 0));
    }

    [Fact]
    public async Task Text_that_a_tokenizer_may_lengthen_is_held_at_its_longest()
    {
        var budgets = new BudgetService();
        using var generator = new Generator();
        using var gate = new BudgetingEmbeddingGenerator<Embedding<float>>(generator, budgets, Catalog);
        using (budgets.BeginTask("embed", Limit.InputTokens(18)))
        {
            // U+FDFA becomes eighteen letters under NFKC: thirty-three bytes.
            BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => gate.GenerateAsync(["ﷺ"]));
            Assert.True(e.Asked.InputTokens >= System.Text.Encoding.UTF8.GetByteCount("ﷺ".Normalize(System.Text.NormalizationForm.FormKC)));
        }
    }

    [Fact]
    public async Task Ledger_that_fails_refuses_capped_embeddings_like_any_call()
    {
        var store = new FailingStore();
        var budgets = new BudgetService(ledger: new BudgetLedger(store));
        using var generator = new Generator { Reported = 7 };
        using var gate = new BudgetingEmbeddingGenerator<Embedding<float>>(generator, budgets, Catalog);
        using BudgetTask task = budgets.BeginTask("embed", Limit.Usd(1m));
        store.Fails = true;
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => gate.GenerateAsync(["hello"]));
        Assert.Equal(BudgetRefusal.LedgerUnavailable, e.Refusal);
        Assert.Equal(0, generator.Calls);
    }

    private sealed class Generator : IEmbeddingGenerator<string, Embedding<float>>
    {
        public long? Reported { get; init; }

        public Exception? Failure { get; set; }

        public int Calls { get; private set; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            Calls++;
            return Failure is not null
                ? throw Failure
                : Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(_ => new Embedding<float>(new float[2])))
                {
                    Usage = Reported is null ? null : new UsageDetails { InputTokenCount = Reported },
                });
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("test", null, "embedder") : null;

        public void Dispose()
        {
        }
    }
}
