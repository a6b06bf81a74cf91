using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenThrift.Requests;

namespace TokenThrift.Caching;

/// <summary>Answers a request from earlier answers: to an identical request, or to a similar question where that has proved safe.</summary>
/// <remarks>
/// Place it below the function loop and above the router. Streamed and plain requests share entries; identical requests
/// under way are joined; a hit reports no usage. Whatever fails in the cache itself is logged and stepped over. Safe for
/// concurrent use.
/// </remarks>
public sealed class SemanticCachingChatClient : ThriftChatClient
{
    /// <summary>The key under which an embedder for this cache alone may be registered.</summary>
    public const string EmbedderKey = "tokenthrift.cache";

    private readonly CacheEngine _engine;
    private readonly CacheMeters _meters;

    /// <summary>Initializes a new instance of the <see cref="SemanticCachingChatClient"/> class.</summary>
    /// <param name="innerClient">The client that is asked on a miss.</param>
    /// <param name="cache">Where answers are kept; any second level behind it is used only with a <see cref="SemanticCachingOptions.Secret"/>.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="meterFactory">Makes the meter; <see langword="null"/> for one of its own.</param>
    /// <param name="timeProvider">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="logger">The log, or <see langword="null"/>.</param>
    /// <param name="embedder">Makes the vectors of questions, at its own cost; <see langword="null"/> for the built-in <see cref="Text.LexicalEmbeddingGenerator"/>.</param>
    /// <param name="index">Where similar questions are found; <see langword="null"/> for one in this process.</param>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    public SemanticCachingChatClient(
        IChatClient innerClient,
        HybridCache cache,
        SemanticCachingOptions? options = null,
        IMeterFactory? meterFactory = null,
        TimeProvider? timeProvider = null,
        ILogger<SemanticCachingChatClient>? logger = null,
        IEmbeddingGenerator<string, Embedding<float>>? embedder = null,
        ISemanticIndex? index = null)
        : this(innerClient, cache, options, meterFactory, timeProvider, logger, embedder, index, models: null)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="SemanticCachingChatClient"/> class whose own calls to models go through what the root puts around them.</summary>
    internal SemanticCachingChatClient(
        IChatClient innerClient,
        HybridCache cache,
        SemanticCachingOptions? options,
        IMeterFactory? meterFactory,
        TimeProvider? timeProvider,
        ILogger<SemanticCachingChatClient>? logger,
        IEmbeddingGenerator<string, Embedding<float>>? embedder,
        ISemanticIndex? index,
        HelperModels? models)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(cache);
        options ??= new SemanticCachingOptions();
        if (options.Validate() is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        _meters = new CacheMeters(meterFactory);
        string? route = (innerClient.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId;
        _engine = new CacheEngine(cache, options, route, embedder, index, _meters, timeProvider ?? TimeProvider.System, logger, models);
    }

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        return GetCoreAsync(context, list, options, cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        return StreamCoreAsync(context, list, options, cancellationToken);
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(ICacheFeedback) ? _engine.Feedback : base.GetService(serviceType, serviceKey);
    }

    /// <summary>Finds the embedder that an application has registered.</summary>
    /// <returns>The one under <see cref="EmbedderKey"/>, else the one without a key, else null.</returns>
    internal static IEmbeddingGenerator<string, Embedding<float>>? FindEmbedder(IServiceProvider services) =>
        (services as IKeyedServiceProvider)?.GetKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(EmbedderKey)
        ?? services.GetService<IEmbeddingGenerator<string, Embedding<float>>>();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _meters.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<ChatResponse> GetCoreAsync(RequestContext context, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        CacheCall call = _engine.Begin(context, messages, options);
        if (await _engine.FindAsync(call, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        bool isAnswered = false;
        try
        {
            ChatResponse response = await base.GetResponseAsync(messages, ForInner(options), cancellationToken).ConfigureAwait(false);
            isAnswered = true;
            await _engine.CompleteAsync(call, response, streamed: false, cancellationToken).ConfigureAwait(false);
            return response;
        }
        finally
        {
            if (!isAnswered)
            {
                CacheEngine.Fail(call);
            }
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamCoreAsync(
        RequestContext context, IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CacheCall call = _engine.Begin(context, messages, options);
        if (await _engine.FindAsync(call, cancellationToken).ConfigureAwait(false) is { } found)
        {
            foreach (ChatResponseUpdate update in found.ToChatResponseUpdates())
            {
                yield return update;
            }

            yield break;
        }

        bool isRead = false;
        try
        {
            List<ChatResponseUpdate>? updates = call.Plan.Bypass is null ? [] : null;
            await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, ForInner(options), cancellationToken).ConfigureAwait(false))
            {
                // A copy, for the caller may change what it was given.
                updates?.Add(Copy(update));
                yield return update;
            }

            isRead = true;
            if (updates is not null)
            {
                await _engine.CompleteAsync(call, updates.ToChatResponse(), streamed: true, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (!isRead)
            {
                CacheEngine.Fail(call);
            }
        }
    }

    private static ChatResponseUpdate Copy(ChatResponseUpdate update)
    {
        ChatResponseUpdate copy = update.Clone();
        copy.Contents = [.. update.Contents];
        return copy;
    }
}
