using TokenThrift.Compression.Originals;
using TokenThrift.Compression.Passes;

namespace TokenThrift.Compression.Sessions;

/// <summary>One tool result of a conversation: what it was, what it was made of, and what an epoch would leave of it.</summary>
internal sealed class ResultItem
{
    private Digest? _digest;
    private string? _reference;

    public required int Message { get; init; }

    public required int Content { get; init; }

    /// <summary>Gets the number of the group of tool calls that it belongs to, from 0.</summary>
    public required int Group { get; init; }

    public required string CallId { get; init; }

    public string? ToolName { get; init; }

    public string? Arguments { get; init; }

    /// <summary>Gets the text as the tool gave it.</summary>
    public required string Original { get; init; }

    public required int OriginalTokens { get; init; }

    /// <summary>Gets what the passes made of it when it was new.</summary>
    public required PassPipeline.Rewrite Ingested { get; init; }

    /// <summary>Gets a form from which parts were taken out and that carries a reference, or <see langword="null"/> when there is none.</summary>
    public PassPipeline.Rewrite? Folded { get; init; }

    /// <summary>Gets the paths of files that the call named, which tell whether the agent still works with what it read.</summary>
    public string? Path { get; init; }

    /// <summary>Gets the reference under which the original can be fetched back; the hash is taken only when it is first needed.</summary>
    public string Reference => _reference ??= ContentReference.Of(Original);

    /// <summary>Gets what an epoch leaves of it. Made once and only for results that have become old.</summary>
    public Digest DigestOr(Func<ResultItem, Digest> make) => _digest ??= make(this);
}
