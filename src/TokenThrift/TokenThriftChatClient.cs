using Microsoft.Extensions.AI;

namespace TokenThrift;

/// <summary>All of TokenThrift over one client: what <c>UseTokenThrift</c> and <c>AddTokenThrift</c> put in place.</summary>
/// <remarks>
/// Each request runs with the options that were in force when it came in. Safe for concurrent use if the provider's client
/// is. <see cref="GetService"/> answers for the parts: <see cref="Budgets.IBudgets"/>, <see cref="Receipts.ReceiptBook"/>,
/// <see cref="Models.ModelCatalog"/> and whatever the decorators and the provider's client answer.
/// </remarks>
public sealed class TokenThriftChatClient : IChatClient
{
    private readonly IChatClient? _original;
    private readonly bool _ownsOriginal;
    private readonly object _registration;
    private readonly TokenThriftRuntime _runtime;
    private readonly TokenThriftOptionsSource _source;
    private int _disposed;

    /// <param name="original">The client to decorate, or <see langword="null"/> where there are added models only.</param>
    /// <param name="ownsOriginal">Whether disposing this one disposes it.</param>
    /// <param name="registration">Stands for the place where the client was registered; clients of one place share a pipeline.</param>
    /// <param name="runtime">What the pipelines of the container share.</param>
    /// <param name="source">The options.</param>
    internal TokenThriftChatClient(IChatClient? original, bool ownsOriginal, object registration, TokenThriftRuntime runtime, TokenThriftOptionsSource source)
    {
        if (source.Current.AddedModels().Count == 0 && original is null)
        {
            throw new InvalidOperationException("TokenThrift has no model: register an IChatClient before AddTokenThrift, or add one with TokenThriftOptions.AddModel.");
        }

        _original = original;
        _ownsOriginal = ownsOriginal;
        _registration = registration;
        _runtime = runtime;
        _source = source;
        runtime.Acquire();
    }

    /// <summary>Gets the client as it was before it was decorated, or <see langword="null"/> where there are added models only.</summary>
    internal IChatClient? Original => _original;

    private TokenThriftPipeline Pipeline
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            return _runtime.PipelineFor(_registration, _original, _source.Current);
        }
    }

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        TokenThriftPipeline pipeline = Pipeline;
        return pipeline.Client.GetResponseAsync(messages, WithOriginal(options, pipeline), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        TokenThriftPipeline pipeline = Pipeline;
        return pipeline.Client.GetStreamingResponseAsync(messages, WithOriginal(options, pipeline), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is null && serviceType == typeof(TokenThriftChatClient))
        {
            return this;
        }

        return (serviceKey is null ? _runtime.Find(serviceType, _source.Current) : null) ?? Pipeline.Client.GetService(serviceType, serviceKey);
    }

    /// <summary>Disposes the client below where this one owns it, as a decorator built by a builder does.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_ownsOriginal)
        {
            _original?.Dispose();
        }

        _runtime.Release();
    }

    // The pipeline was built over the first client of the registration; one of another scope goes with its request.
    private ChatOptions? WithOriginal(ChatOptions? options, TokenThriftPipeline pipeline)
    {
        if (_original is null || ReferenceEquals(_original, pipeline.Original))
        {
            return options;
        }

        options = options?.Clone() ?? new ChatOptions();
        OriginalChatClient.Setting.Set(options, _original);
        return options;
    }
}
