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
    private readonly IServiceProvider _services;
    private readonly TokenThriftRuntime _runtime;
    private readonly TokenThriftOptionsSource _source;
    private readonly Lock _lock = new();
    private Built? _built;
    private int _disposed;

    internal TokenThriftChatClient(IChatClient? original, bool ownsOriginal, IServiceProvider services, TokenThriftRuntime runtime, TokenThriftOptionsSource source)
    {
        _original = original;
        _ownsOriginal = ownsOriginal;
        _services = services;
        _runtime = runtime;
        _source = source;
        TokenThriftOptions options = source.Current;
        if (original is null && options.AddedModels().Count == 0)
        {
            throw new InvalidOperationException("TokenThrift has no model: register an IChatClient before AddTokenThrift, or add one with TokenThriftOptions.AddModel.");
        }

        runtime.Acquire();
    }

    /// <summary>Gets the client as it was before it was decorated, or <see langword="null"/> where there are added models only.</summary>
    internal IChatClient? Original => _original;

    private IChatClient Pipeline
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            TokenThriftOptions options = _source.Current;
            return _built is { } built && ReferenceEquals(built.Options, options) ? built.Client : Build(options);
        }
    }

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Pipeline.GetResponseAsync(messages, options, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Pipeline.GetStreamingResponseAsync(messages, options, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is null && serviceType == typeof(TokenThriftChatClient))
        {
            return this;
        }

        return (serviceKey is null ? _runtime.Find(serviceType, _source.Current) : null) ?? Pipeline.GetService(serviceType, serviceKey);
    }

    /// <summary>Disposes the client below where this one owns it, as a decorator built by a builder does.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _built?.Client.Dispose();
        if (_ownsOriginal)
        {
            _original?.Dispose();
        }

        _runtime.Release();
    }

    private IChatClient Build(TokenThriftOptions options)
    {
        lock (_lock)
        {
            if (_built is { } built && ReferenceEquals(built.Options, options))
            {
                return built.Client;
            }

            // The pipeline before it is left to the requests that still run in it; it owns nothing that must be closed.
            _built = new Built(options, TokenThriftPipeline.Build(_original, _services, _runtime, options));
            return _built.Client;
        }
    }

    private sealed record Built(TokenThriftOptions Options, IChatClient Client);
}
