using TokenThrift.Compression.Originals;
using TokenThrift.Compression.Passes;
using TokenThrift.Compression.References;

namespace TokenThrift.Compression.Sessions;

/// <summary>One tool result of a conversation: what it was, what it was made of, and what an epoch would leave of it.</summary>
internal sealed class ResultItem
{
    private string? _reference;
    private TextLines? _lines;

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

    /// <summary>Gets the same with references to earlier results in the place of what it repeats of them, or <see langword="null"/> when it repeats nothing.</summary>
    public LinkedText? Linked { get; private set; }

    /// <summary>Gets the text that is sent as long as nothing was taken out of it.</summary>
    public string Text => Linked?.Text ?? Ingested.Text;

    /// <summary>Gets the tokens of <see cref="Text"/>.</summary>
    public int Tokens => Linked?.Tokens ?? Ingested.Tokens;

    /// <summary>Gets the tokens that each pass saved.</summary>
    public IEnumerable<KeyValuePair<string, long>> Saved =>
        Linked is null ? Ingested.Saved : Ingested.Saved.Append(new(BackReferences.PassName, Ingested.Tokens - Linked.Tokens));

    /// <summary>Gets the lines of <see cref="Text"/>.</summary>
    public TextLines Lines => _lines ??= TextLines.Of(Text);

    /// <summary>Gets the words by which references name it: which of the conversation's tool results it is, of which tool, about which file.</summary>
    public string Title => $"result {Ordinal} ({ToolName ?? "tool"}{(Path is null ? string.Empty : $" {Path}")})";

    /// <summary>Gets which of the tool results of the conversation it is, from 1.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Gets a form from which parts were taken out and that carries a reference, or <see langword="null"/> when there is none.</summary>
    /// <remarks>Made when it is first asked for: by a decision only where the result may be large enough, by the log whatever was large then.</remarks>
    public required Lazy<PassPipeline.Rewrite?> Fold { get; init; }

    /// <summary>Gets a value indicating whether it is large enough to have parts taken out, if only near a cap.</summary>
    public required bool IsLarge { get; init; }

    /// <summary>Gets a value indicating whether there is a form with parts taken out that is clearly smaller than what is sent otherwise.</summary>
    /// <remarks>A reference to an earlier result loses nothing, so it goes before taking parts out. It is the same near a cap and far from it.</remarks>
    public bool IsFoldable => IsLarge && Fold.Value is { } folded && folded.Tokens * 10L <= Tokens * 7L;

    /// <summary>Gets the paths of files that the call named, which tell whether the agent still works with what it read.</summary>
    public string? Path { get; init; }

    /// <summary>Gets the reference under which the original can be fetched back; the hash is taken only when it is first needed.</summary>
    public string Reference => _reference ??= ContentReference.Of(Original);

    /// <summary>Makes the same result with other references; histories that fork share results, so they are never changed.</summary>
    public ResultItem With(LinkedText? linked)
    {
        var copy = (ResultItem)MemberwiseClone();
        copy.Linked = linked;
        copy._lines = null;
        return copy;
    }
}
