using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

/// <summary>A cache over a scripted provider, with a clock that stands still.</summary>
internal sealed class CacheBench : IDisposable
{
    private readonly ServiceProvider _services;

    public CacheBench(
        ScriptedChatClient provider,
        Action<SemanticCachingOptions>? configure = null,
        IDistributedCache? shared = null,
        HybridCache? cache = null,
        IEmbeddingGenerator<string, Embedding<float>>? embedder = null,
        ISemanticIndex? index = null,
        ILogger<SemanticCachingChatClient>? logger = null,
        IMeterFactory? meters = null)
    {
        Provider = provider;
        var services = new ServiceCollection();
        if (shared is not null)
        {
            services.AddSingleton(shared);
        }

        services.AddHybridCache();
        _services = services.BuildServiceProvider();
        Cache = cache ?? _services.GetRequiredService<HybridCache>();
        Options = new SemanticCachingOptions();
        configure?.Invoke(Options);
        Client = new SemanticCachingChatClient(provider, Cache, Options, meters, Time, logger, embedder, index);
    }

    public CacheBench(string answer = "the answer", Action<SemanticCachingOptions>? configure = null)
        : this(new ScriptedChatClient(answer), configure)
    {
    }

    public ScriptedChatClient Provider { get; }

    public HybridCache Cache { get; }

    public SemanticCachingOptions Options { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public SemanticCachingChatClient Client { get; }

    public int Calls => Provider.Calls.Count;

    /// <summary>Gets the user of requests that say nothing of who asks; null leaves them anonymous.</summary>
    public string? Asker { get; init; } = "reader";

    public static ChatOptions For(string? tenant = null, string? user = null, string? session = null)
    {
        var options = new ChatOptions();
        Set(RequestSettings.Tenant, tenant);
        Set(RequestSettings.User, user);
        Set(RequestSettings.Session, session);
        return options;

        void Set(RequestSetting<string> setting, string? value)
        {
            if (value is not null)
            {
                setting.Set(options, value);
            }
        }
    }

    /// <summary>Asks with a request context of its own and returns what the cache wrote down.</summary>
    public async Task<(ChatResponse Response, CacheRecord Record)> AskAsync(bool streamed, IEnumerable<ChatMessage> messages, ChatOptions? options = null)
    {
        if (Asker is { } user && options?.AdditionalProperties?.Keys.Any(key => key == RequestSettings.Tenant.Key || key == RequestSettings.User.Key || key == RequestSettings.Session.Key) is not true)
        {
            options = options?.Clone() ?? new ChatOptions();
            RequestSettings.User.Set(options, user);
        }

        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        ChatResponse response = await Client.AskAsync(streamed, messages, options);
        return (response, ReceiptRecorder.Of(context).Cache!);
    }

    public Task<(ChatResponse Response, CacheRecord Record)> AskAsync(bool streamed, string question, ChatOptions? options = null) =>
        AskAsync(streamed, [new ChatMessage(ChatRole.User, question)], options);

    public void Dispose()
    {
        Client.Dispose();
        _services.Dispose();
    }
}
