using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Composition;

/// <summary>An embedding is a call like any other: it stands on the receipt of its request, at what the ledger posts.</summary>
public class EmbeddingReceiptTests
{
    private const string Model = "text-embedding-3-small";

    [Theory, InlineData(false), InlineData(true)]
    public async Task Embedding_is_overhead_on_the_receipt_of_its_request_and_adds_up_with_the_ledger(bool streamed)
    {
        using var embedder = new Embedder(Model);
        await using ServiceProvider services = Services(embedder);
        ReceiptBook book = services.GetRequiredService<ReceiptBook>();
        using BudgetTask task = services.GetRequiredService<IBudgets>().BeginTask("ask");
        await AskAsync(services, streamed, "What does the travel policy say about trains?");

        ThriftReceipt receipt = book.Recent()[^1];
        CallRecord embedding = Assert.Single(receipt.Calls, call => call.Purpose == CallPurpose.Embedding);
        Assert.Equal((Model, "openai", new TokenUsage(50, 0)), (embedding.ModelId, embedding.Model!.Vendor, embedding.Usage));
        Assert.Equal(embedding.Cost, embedding.Settled);
        Assert.Equal(new NanoUsd(1000), embedding.Cost);
        Assert.Equal(-embedding.Cost!.Value, receipt.Savings!.Value.Overhead);
        Assert.Equal("gpt-5.5", receipt.ReferenceModelId);
        Assert.Equal(receipt.Spent!.Value, task.Summary.SpentUsd);
        Assert.Equal(receipt.Baseline!.Value - receipt.Spent!.Value, receipt.Savings!.Value.Total);

        // A hit on equal text needs no embedding, and its saving is claimed as before.
        await AskAsync(services, streamed, "What does the travel policy say about trains?");
        Assert.Equal(1, embedder.Calls);
        Assert.True(book.Recent()[^1].Savings!.Value.Cache > NanoUsd.Zero);
        Assert.Equal(book.Total.Spent, task.Summary.SpentUsd);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Embedder_whose_price_nobody_knows_is_on_the_receipt_and_in_no_sum_of_money(bool streamed)
    {
        using var embedder = new Embedder("a-local-one");
        await using ServiceProvider services = Services(embedder);
        ReceiptBook book = services.GetRequiredService<ReceiptBook>();
        await AskAsync(services, streamed, "What does the travel policy say about trains?");

        ThriftReceipt receipt = book.Recent()[^1];
        CallRecord embedding = Assert.Single(receipt.Calls, call => call.Purpose == CallPurpose.Embedding);
        Assert.Null(embedding.Cost);
        Assert.Equal(receipt.Calls.Single(call => call.Purpose == CallPurpose.Answer).Cost, receipt.Spent);
        SavingsReport report = SavingsReport.Of([receipt]);
        Assert.Equal(receipt.Spent, report.Total.Spent);
        Assert.Equal(1, report.Exposure.Axes[0].Shares.Sum(share => share.Sum.UnpricedCalls));
        Assert.Equal(report.Total.Spent.Value, report.Exposure.Axes[0].Shares.Sum(share => share.Sum.Spent.Value));
    }

    [Fact]
    public async Task Embedder_that_fails_leaves_a_failed_call_and_the_request_is_answered()
    {
        using var embedder = new Embedder(Model) { Failure = new TimeoutException() };
        await using ServiceProvider services = Services(embedder);
        using BudgetTask task = services.GetRequiredService<IBudgets>().BeginTask("ask");
        await AskAsync(services, streamed: false, "What does the travel policy say about trains?");

        ThriftReceipt receipt = services.GetRequiredService<ReceiptBook>().Recent()[^1];
        Assert.Null(receipt.Error);
        CallRecord embedding = Assert.Single(receipt.Calls, call => call.Purpose == CallPurpose.Embedding);
        Assert.Equal((CallOutcome.Failed, true), (embedding.Outcome, embedding.IsEstimated));
        Assert.Equal(receipt.Spent!.Value, task.Summary.SpentUsd);
    }

    private static ServiceProvider Services(Embedder embedder)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(embedder);
        services.AddTokenThrift(thrift => thrift.AddModel("gpt-5.5", _ => new ScriptedChatClient("By train wherever it takes less than six hours.") { Metadata = new ChatClientMetadata("test", null, "gpt-5.5") }));
        return services.BuildServiceProvider();
    }

    private static async Task AskAsync(ServiceProvider services, bool streamed, string question)
    {
        var options = new ChatOptions { Temperature = 0 };
        RequestSettings.Session.Set(options, "one");
        await services.GetRequiredService<IChatClient>().AskAsync(streamed, [new ChatMessage(ChatRole.User, question)], options);
    }

    private sealed class Embedder(string modelId) : IEmbeddingGenerator<string, Embedding<float>>
    {
        private readonly EmbeddingGeneratorMetadata _metadata = new("test", null, modelId, 4);

        public int Calls { get; private set; }

        public Exception? Failure { get; init; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            Calls++;
            return Failure is { } failure
                ? Task.FromException<GeneratedEmbeddings<Embedding<float>>>(failure)
                : Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(value => new Embedding<float>(new float[] { value.Length, 1, 2, 3 })))
                {
                    Usage = new UsageDetails { InputTokenCount = 50 },
                });
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata : null;

        public void Dispose()
        {
        }
    }
}
