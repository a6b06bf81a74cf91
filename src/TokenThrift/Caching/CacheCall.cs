using Microsoft.Extensions.AI;
using TokenThrift.Caching.Answers;
using TokenThrift.Caching.Keys;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Caching;

/// <summary>One request on its way through the cache.</summary>
internal sealed class CacheCall(CachePlan plan, RequestContext context, ChatOptions? options)
{
    public CachePlan Plan { get; } = plan;

    public RequestContext Context { get; } = context;

    public ChatOptions? Options { get; } = options;

    public ReceiptRecorder Recorder { get; } = ReceiptRecorder.Of(context);

    /// <summary>Gets or sets the flight that this request leads, or null.</summary>
    public SingleFlight.Flight? Flight { get; set; }

    /// <summary>Gets or sets what the semantic tier found, or null where it did not look.</summary>
    public SemanticLookup? Lookup { get; set; }

    /// <summary>Gets or sets why the model is asked.</summary>
    public string Reason { get; set; } = plan.Bypass ?? CacheReasons.Miss;
}
