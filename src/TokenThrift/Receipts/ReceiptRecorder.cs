using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>Collects the facts of one request while it runs; the receipt is made from it at the end.</summary>
/// <remarks>
/// Each room tells it what it did. It lives in the <see cref="RequestContext"/>, so a room can be used without
/// receipts: then nobody reads it. Safe for concurrent use.
/// </remarks>
public sealed class ReceiptRecorder
{
    private readonly Lock _lock = new();
    private readonly List<CallRecord> _calls = [];
    private readonly List<CompressionRecord> _compressions = [];
    private CacheRecord? _cache;
    private RoutingRecord? _routing;

    /// <summary>Gets what the cache did, or <see langword="null"/> when there is none.</summary>
    public CacheRecord? Cache
    {
        get
        {
            lock (_lock)
            {
                return _cache;
            }
        }
    }

    /// <summary>Gets what the router decided, or <see langword="null"/> when there is none.</summary>
    public RoutingRecord? Routing
    {
        get
        {
            lock (_lock)
            {
                return _routing;
            }
        }
    }

    /// <summary>Gets the recorder of a request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The recorder, made where there was none.</returns>
    public static ReceiptRecorder Of(RequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.GetOrAdd(static () => new ReceiptRecorder());
    }

    /// <summary>Finds the recorder of a request.</summary>
    /// <param name="options">The options of the request.</param>
    /// <returns>The recorder, or <see langword="null"/> when the request has no context.</returns>
    public static ReceiptRecorder? Find(ChatOptions? options) => RequestContext.Find(options) is { } context ? Of(context) : null;

    /// <summary>Takes in a call that ended or was refused.</summary>
    /// <param name="call">The call.</param>
    public void Add(CallRecord call)
    {
        ArgumentNullException.ThrowIfNull(call);
        lock (_lock)
        {
            _calls.Add(call);
        }
    }

    /// <summary>Takes in what compression did to a call.</summary>
    /// <param name="compression">The facts.</param>
    public void Add(CompressionRecord compression)
    {
        ArgumentNullException.ThrowIfNull(compression);
        lock (_lock)
        {
            _compressions.Add(compression);
        }
    }

    /// <summary>Sets what the cache did.</summary>
    /// <param name="cache">The facts.</param>
    public void Set(CacheRecord cache)
    {
        lock (_lock)
        {
            _cache = cache;
        }
    }

    /// <summary>Sets what the router decided.</summary>
    /// <param name="routing">The facts.</param>
    public void Set(RoutingRecord routing)
    {
        lock (_lock)
        {
            _routing = routing;
        }
    }

    /// <summary>Changes how the answering calls of an attempt are judged, after a check has read the answer.</summary>
    /// <param name="attempt">The number of the attempt.</param>
    /// <param name="outcome">The judgement.</param>
    /// <param name="reason">Why, as a short code.</param>
    public void Judge(int attempt, CallOutcome outcome, string? reason)
    {
        lock (_lock)
        {
            for (int i = 0; i < _calls.Count; i++)
            {
                if (_calls[i].Attempt == attempt && _calls[i].Purpose == CallPurpose.Answer && _calls[i].Outcome == CallOutcome.Served)
                {
                    _calls[i] = _calls[i] with { Outcome = outcome, Reason = reason };
                }
            }
        }
    }

    /// <summary>Returns the calls so far.</summary>
    /// <returns>A snapshot.</returns>
    public IReadOnlyList<CallRecord> Calls()
    {
        lock (_lock)
        {
            return [.. _calls];
        }
    }

    /// <summary>Returns what compression did so far.</summary>
    /// <returns>A snapshot.</returns>
    public IReadOnlyList<CompressionRecord> Compressions()
    {
        lock (_lock)
        {
            return [.. _compressions];
        }
    }

    /// <summary>Puts a changed record in the place of one that was taken in.</summary>
    internal void Replace(CallRecord old, CallRecord changed)
    {
        lock (_lock)
        {
            int at = _calls.FindIndex(call => ReferenceEquals(call, old));
            if (at >= 0)
            {
                _calls[at] = changed;
            }
        }
    }

    /// <summary>Takes all facts out, so that the recorder is empty again.</summary>
    internal RecordedFacts Take()
    {
        lock (_lock)
        {
            var facts = new RecordedFacts([.. _calls], [.. _compressions], _cache, _routing);
            _calls.Clear();
            _compressions.Clear();
            _cache = null;
            _routing = null;
            return facts;
        }
    }
}
