using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>Keeps the receipts of a process: their running total, the last of them, and the sinks that they go to.</summary>
/// <remarks>One per container. Safe for concurrent use.</remarks>
public sealed class ReceiptBook
{
    private readonly SavingsAccumulator _total = new();
    private readonly InMemoryReceiptSink _recent;
    private readonly IReceiptSink[] _sinks;
    private readonly ILogger _logger;
    private readonly LogWindow _window;
    private readonly ThriftMeters? _meters;
    private long _failures;

    /// <summary>Initializes a new instance of the <see cref="ReceiptBook"/> class.</summary>
    /// <param name="options">How receipts are made; <see langword="null"/> for the defaults.</param>
    /// <param name="sinks">Where receipts go besides memory; none by default.</param>
    /// <param name="meters">The meters; <see langword="null"/> for none.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="logger">The log; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    public ReceiptBook(
        ReceiptOptions? options = null, IEnumerable<IReceiptSink>? sinks = null, ThriftMeters? meters = null, TimeProvider? time = null, ILogger<ReceiptBook>? logger = null)
    {
        options ??= new ReceiptOptions();
        if (options.Validate() is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        _recent = new InMemoryReceiptSink(options.RecentCapacity);
        _sinks = [.. sinks ?? []];
        _meters = meters;
        _logger = logger ?? NullLogger<ReceiptBook>.Instance;
        _window = new LogWindow(time ?? TimeProvider.System, options.FailureLogWindow);
    }

    /// <summary>Gets the sum of all receipts since the start of the process.</summary>
    public SavingsSummary Total => _total.Snapshot();

    /// <summary>Gets how often a sink or a meter failed to take a receipt.</summary>
    public long SinkFailures => Interlocked.Read(ref _failures);

    /// <summary>Gets the worlds in which requests are priced.</summary>
    internal SavingsWorlds Worlds { get; } = new();

    /// <summary>Returns the last receipts.</summary>
    /// <returns>A snapshot, oldest first, of at most <see cref="ReceiptOptions.RecentCapacity"/> receipts.</returns>
    public IReadOnlyList<ThriftReceipt> Recent() => _recent.Receipts();

    /// <summary>Takes a receipt: adds it up, keeps it, and hands it to the sinks. Never throws for a sink's failure.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="task">The task that it belongs to, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <returns>When every sink has taken it or failed.</returns>
    public ValueTask AddAsync(ThriftReceipt receipt, TaskNode? task = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        _total.Add(receipt);
        _recent.Add(receipt);
        foreach (TaskNode node in task?.Chain() ?? [])
        {
            TaskSavings.Of(node).Add(receipt);
        }

        try
        {
            _meters?.Record(receipt);
        }
        catch (Exception e)
        {
            // A listener of the application's may throw.
            Failed(nameof(ThriftMeters), e);
        }

        return _sinks.Length == 0 ? ValueTask.CompletedTask : WriteAsync(receipt, cancellationToken);
    }

    internal void Failed(string sink, Exception exception)
    {
        Interlocked.Increment(ref _failures);
        if (_window.Enter())
        {
            ReceiptLog.SinkFailed(_logger, sink, SinkFailures, exception);
        }
    }

    private async ValueTask WriteAsync(ThriftReceipt receipt, CancellationToken cancellationToken)
    {
        foreach (IReceiptSink sink in _sinks)
        {
            try
            {
                await sink.AddAsync(receipt, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                Failed(sink.GetType().Name, e);
            }
        }
    }
}
