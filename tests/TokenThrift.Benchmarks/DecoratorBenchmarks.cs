using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TokenThrift.Budgets;

namespace TokenThrift.Benchmarks;

/// <summary>A call through each decorator alone and through all of them, beside Microsoft's <c>UseDistributedCache</c>.</summary>
[MemoryDiagnoser]
public class DecoratorBenchmarks : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddHybridCache().Services.BuildServiceProvider();
    private List<ChatMessage> _messages = [];
    private IChatClient _client = new AnswerChatClient();
    private int _question;

    /// <summary>Gets or sets the size of the request, in tokens.</summary>
    [Params(2_000, 50_000)]
    public int Tokens { get; set; }

    /// <summary>Gets or sets what is measured.</summary>
    [Params("none", "receipts", "budgets", "compression", "caching", "all", "distributed cache")]
    public string Decorator { get; set; } = "none";

    /// <summary>Builds the client.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _messages = BenchmarkRequests.Conversation(Tokens);
        ChatClientBuilder builder = new AnswerChatClient().AsBuilder();
        _client = (Decorator switch
        {
            "receipts" => builder.UseReceipts(),
            "budgets" => builder.UseBudgets(new BudgetService()),
            "compression" => builder.UsePromptCompression(),
            "caching" => builder.UseSemanticCaching(),
            "all" => builder.UseTokenThrift(),
            "distributed cache" => builder.UseDistributedCache(new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()))),
            _ => builder,
        }).Build(_services);
    }

    /// <summary>The same request again: an exact hit where there is a cache.</summary>
    /// <returns>The answer.</returns>
    [Benchmark]
    public Task<ChatResponse> Same_request() => _client.GetResponseAsync(_messages);

    /// <summary>A request that differs in its last message: a miss.</summary>
    /// <returns>The answer.</returns>
    [Benchmark]
    public Task<ChatResponse> New_request() => _client.GetResponseAsync([.. _messages, new ChatMessage(ChatRole.User, $"Question {_question++}")]);

    /// <summary>Ends the client and the container.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _client.Dispose();
        _services.Dispose();
        GC.SuppressFinalize(this);
    }
}
