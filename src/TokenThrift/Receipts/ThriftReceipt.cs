using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>What one request did and cost. Immutable.</summary>
public sealed record ThriftReceipt
{
    /// <summary>The key under which the receipt comes back in a response's additional properties.</summary>
    public const string PropertyName = "tokenthrift.receipt";

    /// <summary>Gets the id of the receipt, unique.</summary>
    public required string Id { get; init; }

    /// <summary>Gets when the request came in.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets how long the request took, to the end of its stream.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Gets who asked.</summary>
    public RequestIdentity Identity { get; init; } = RequestIdentity.Anonymous;

    /// <summary>Gets the ids of the task and of those that it is a part of, innermost first.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>Gets the cap of the innermost task that has one, or <see langword="null"/>.</summary>
    public TaskCap? Cap { get; init; }

    /// <summary>Gets the calls to providers, in the order in which they ended.</summary>
    public IReadOnlyList<CallRecord> Calls { get; init; } = [];

    /// <summary>Gets what the cache did, or <see langword="null"/>.</summary>
    public CacheRecord? Cache { get; init; }

    /// <summary>Gets what compression did, call by call.</summary>
    public IReadOnlyList<CompressionRecord> Compressions { get; init; } = [];

    /// <summary>Gets what the router decided, or <see langword="null"/>.</summary>
    public RoutingRecord? Routing { get; init; }

    /// <summary>Gets the model that savings are measured against, or <see langword="null"/>.</summary>
    public string? ReferenceModelId { get; init; }

    /// <summary>Gets V0: the estimated cost of the request as it was sent, at the reference model; <see langword="null"/> when a price is not known.</summary>
    public NanoUsd? Baseline { get; init; }

    /// <summary>Gets everything that was spent, overheads included; <see langword="null"/> when a price is not known.</summary>
    public NanoUsd? Spent { get; init; }

    /// <summary>Gets the saving by lever, which adds up to <see cref="Baseline"/> less <see cref="Spent"/> exactly; <see langword="null"/> when a price is not known.</summary>
    public SavingsByLever? Savings { get; init; }

    /// <summary>Gets the content hash of the catalogue whose prices were used.</summary>
    public string? PriceVersion { get; init; }

    /// <summary>Gets the type name of the exception that ended the request, or <see langword="null"/>.</summary>
    public string? Error { get; init; }

    /// <summary>Gets the text of prompt and answer, or <see langword="null"/> unless <see cref="ReceiptOptions.IncludeContent"/> asked for it.</summary>
    public ReceiptContent? Content { get; init; }
}
