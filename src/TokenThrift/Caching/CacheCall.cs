using Microsoft.Extensions.AI;
using TokenThrift.Caching.Answers;
using TokenThrift.Caching.Keys;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Caching;

/// <summary>One request on its way through the cache.</summary>
internal sealed class CacheCall(CachePlan plan, RequestContext context, ChatOptions? options)
{
    /// <summary>Gets or sets the plan; another once the turn before the question is known.</summary>
    public CachePlan Plan { get; set; } = plan;

    public RequestContext Context { get; } = context;

    public ChatOptions? Options { get; } = options;

    public ReceiptRecorder Recorder { get; } = ReceiptRecorder.Of(context);

    /// <summary>Gets or sets the flight that this request leads, or null.</summary>
    public SingleFlight.Flight? Flight { get; set; }

    /// <summary>Gets or sets what the semantic tier found, or null where it did not look.</summary>
    public SemanticLookup? Lookup { get; set; }

    /// <summary>Gets or sets why the model is asked.</summary>
    public string Reason { get; set; } = plan.Bypass ?? CacheReasons.Miss;

    /// <summary>Gets a value indicating whether the model is asked whatever is found.</summary>
    public bool IsRefresh { get; init; }

    /// <summary>Gets the share of wrong answers that is allowed for this request; never more than the options allow.</summary>
    public double MaxErrorRate { get; init; }

    /// <summary>Gets a value indicating whether only identical requests may share with this one.</summary>
    public bool IsStrict => MaxErrorRate <= 0 && CacheRequestSettings.MaxErrorRate.TryGet(Options, out _);

    /// <summary>Gets the tags under which its answer is stored.</summary>
    public IReadOnlyCollection<string> Tags { get; init; } = [];

    /// <summary>Gets who asks, as a keyed hash, where an answer must be proven before another gets it; null where that is not known.</summary>
    public string? Asker { get; init; }

    /// <summary>Gets or sets an answer to the same question that was found and may not be served to this asker yet, or null.</summary>
    public CachedAnswer? Unproven { get; set; }

    /// <summary>Gets or sets a value indicating whether text that is equal after folding was reported not to mean the same.</summary>
    public bool IsFoldingForbidden { get; set; }
}
