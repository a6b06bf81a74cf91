namespace TokenThrift.Caching;

/// <summary>What speaks for and against serving a kept answer, as numbers in which a linear model can be fitted. Immutable.</summary>
internal sealed class HitEvidence
{
    /// <summary>How many numbers there are.</summary>
    public const int Length = 10;

    private readonly float[] _values;

    /// <summary>Initializes a new instance of the <see cref="HitEvidence"/> class.</summary>
    /// <param name="vote">The answer's share of the neighbours' votes, 0 to 1.</param>
    /// <param name="wording">The probability of the answer by the wording of its questions, 0 to 1.</param>
    /// <param name="similarity">The similarity of its nearest question.</param>
    /// <param name="margin">By how much that is nearer than the nearest question with another answer.</param>
    /// <param name="questions">How many questions the answer has.</param>
    /// <param name="unexplained">The share of the question's information in words that none of these questions has, 0 to 1.</param>
    /// <param name="lead">By how much the answer leads before the next, in nats.</param>
    /// <param name="words">How many words the question has.</param>
    /// <param name="agreeing">The share of the neighbours with this answer, 0 to 1.</param>
    /// <param name="record">The share of wrong ones where serving the answer was checked, 0 to 1 and neither.</param>
    public HitEvidence(
        double vote, double wording, double similarity, double margin, int questions, double unexplained, double lead, int words, double agreeing, double record) => _values =
    [
        LogOdds(vote, 1e-2),
        LogOdds(wording, 1e-3),
        (float)similarity,
        (float)margin,
        (float)Math.Log(questions),
        (float)unexplained,
        (float)Math.Min(lead, 10),
        (float)Math.Log(words + 1),
        (float)agreeing,
        (float)Math.Log(record),
    ];

    public ReadOnlySpan<float> Values => _values;

    private static float LogOdds(double share, double softening) => (float)Math.Log((share + softening) / (1 - share + softening));
}
