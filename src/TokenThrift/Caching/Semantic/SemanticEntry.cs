namespace TokenThrift.Caching;

/// <summary>A kept question, and where its answer is.</summary>
/// <remarks>Safe for concurrent use; all but the count of uses is immutable.</remarks>
public sealed class SemanticEntry
{
    private long _uses;
    private QuestionTerms? _terms;

    /// <summary>Gets the id: the key of the answer in the exact tier.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what must be equal in a question for this entry to be found.</summary>
    public required string Partition { get; init; }

    /// <summary>Gets the name of the model that made the vector.</summary>
    public required string Encoder { get; init; }

    /// <summary>Gets the vector of the question, of length 1.</summary>
    public required ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>Gets the question.</summary>
    public required string Question { get; init; }

    /// <summary>Gets the text of the answer.</summary>
    public string Answer { get; init; } = string.Empty;

    /// <summary>Gets the group of entries whose answers the comparer calls the same.</summary>
    public string AnswerGroup { get; init; } = string.Empty;

    /// <summary>Gets when the answer was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when it may no longer be served.</summary>
    public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Gets what serving it once saves, in any unit that is the same for all entries, such as tokens; above 0.</summary>
    public double Worth { get; init; } = 1;

    /// <summary>Gets how often it was served.</summary>
    public long Uses => Interlocked.Read(ref _uses);

    /// <summary>Gets the terms of the question, read once.</summary>
    internal QuestionTerms Terms => _terms ??= QuestionTerms.Of(Question);

    /// <summary>Notes that it was served.</summary>
    public void MarkUsed() => Interlocked.Increment(ref _uses);

    /// <summary>Returns the same entry without its vector, which the index holds in a form of its own.</summary>
    internal SemanticEntry WithoutVector() => new()
    {
        Id = Id,
        Partition = Partition,
        Encoder = Encoder,
        Vector = ReadOnlyMemory<float>.Empty,
        Question = Question,
        Answer = Answer,
        AnswerGroup = AnswerGroup,
        CreatedAt = CreatedAt,
        ExpiresAt = ExpiresAt,
        Worth = Worth,
    };
}
