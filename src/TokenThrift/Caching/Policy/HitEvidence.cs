using TokenThrift.Lessons;

namespace TokenThrift.Caching;

/// <summary>What speaks for and against serving a kept answer, as numbers in which a linear model can be fitted. Immutable.</summary>
internal sealed class HitEvidence
{
    /// <summary>How many numbers there are.</summary>
    public const int Length = 17;

    /// <summary>What the numbers mean: another version where they mean something else, so that nothing is learnt from what was kept under the old one.</summary>
    public const int Version = 1;

    private readonly float[] _values;

    /// <summary>Initializes a new instance of the <see cref="HitEvidence"/> class.</summary>
    /// <param name="facts">What was seen.</param>
    public HitEvidence(in NeighbourhoodFacts facts)
    {
        // Words apart weigh the more the fewer there are, and equal wording says the more the longer it is.
        double apart = facts.Added + facts.Dropped;
        double sameness = Math.Exp(-apart / 2);
        _values =
        [
            LogOdds(facts.Vote, 1e-2),
            LogOdds(facts.Wording, 1e-3),
            (float)facts.Similarity,
            (float)facts.Margin,
            (float)Math.Log(facts.Questions),
            (float)facts.Unexplained,
            (float)Math.Min(facts.Lead, 10),
            (float)Math.Log(facts.Words + 1),
            (float)facts.Agreeing,
            (float)Math.Log(facts.Record),
            (float)Math.Log(facts.Added + 0.5),
            (float)Math.Log(facts.Dropped + 0.5),
            (float)Math.Log(facts.Information + 1),
            (float)Math.Log(facts.Seen + 1),
            (float)sameness,
            (float)(sameness * Math.Log(facts.Information + 1)),
            (float)Math.Log((apart + 0.5) / (facts.Information + 0.5)),
        ];
    }

    private HitEvidence(float[] values) => _values = values;

    public ReadOnlySpan<float> Values => _values;

    /// <summary>Reads what <see cref="ToBytes"/> wrote; null for anything else.</summary>
    public static HitEvidence? Read(ReadOnlySpan<byte> bytes)
    {
        float[] values = NumberBytes.Floats(bytes);
        return values.Length == Length && values.All(float.IsFinite) ? new HitEvidence(values) : null;
    }

    /// <summary>Returns the form in which the numbers are kept.</summary>
    public byte[] ToBytes() => NumberBytes.Of(_values);

    private static float LogOdds(double share, double softening) => (float)Math.Log((share + softening) / (1 - share + softening));
}
