using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Tokens;

namespace TokenThrift.Compression;

/// <summary>The lossless part of prompt compression as a chat reducer, for <c>UseChatReducer</c> and other loops that take one.</summary>
/// <remarks>
/// A reducer does not know the model, its prices or what was sent before, and cannot answer a retrieval, so nothing is
/// removed. It never drops a message and never changes one that it was given. Safe for concurrent use.
/// </remarks>
public sealed class PromptCompressionReducer : IChatReducer
{
    private readonly PromptCompressor _compressor;
    private readonly ITokenCounter _counter;
    private readonly ILogger _logger;

    /// <summary>Initializes a new instance of the <see cref="PromptCompressionReducer"/> class.</summary>
    /// <param name="options">The options, or <see langword="null"/> for the defaults; read once.</param>
    /// <param name="counters">The token counters, or <see langword="null"/> for the shared ones.</param>
    /// <param name="logger">The log, or <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    public PromptCompressionReducer(PromptCompressionOptions? options = null, TokenCounters? counters = null, ILogger<PromptCompressionReducer>? logger = null)
    {
        options ??= new PromptCompressionOptions();
        if (options.Validate() is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        _counter = (counters ?? TokenCounters.Shared).For(null);
        _logger = (ILogger?)logger ?? NullLogger.Instance;
        _compressor = new PromptCompressor(options, (pass, fault) => _logger.PassFault(fault, pass));
    }

    /// <inheritdoc/>
    public Task<IEnumerable<ChatMessage>> ReduceAsync(IEnumerable<ChatMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        try
        {
            return Task.FromResult<IEnumerable<ChatMessage>>(_compressor.Plan(list, null, _counter, model: null, new PlanTerms { Now = default }).Messages);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _logger.Fault(e);
            return Task.FromResult<IEnumerable<ChatMessage>>(list);
        }
    }
}
