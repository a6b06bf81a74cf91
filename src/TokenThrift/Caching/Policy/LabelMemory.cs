namespace TokenThrift.Caching;

/// <summary>The labels from which is learnt. Bounded. Used under its owner's lock.</summary>
/// <remarks>
/// Where traffic seldom repeats, nearly all candidates are plainly wrong, and the few that are not would be forgotten before there are
/// enough of them to learn from. So the two kinds are kept apart, by what was foretold of them before their labels were known: as that
/// depends on the evidence alone, the labels stay a fair sample at each level of it, which is all that the fit asks for.
/// </remarks>
internal sealed class LabelMemory
{

    private const int MostInQuestion = 3072;
    private const int MostOthers = 1024;

    private readonly Ring<HitLabel> _inQuestion = new(MostInQuestion);
    private readonly Ring<HitLabel> _others = new(MostOthers);

    public int Count => _inQuestion.Count + _others.Count;

    public void Add(HitLabel label) => (label.Foretold < ErrorFit.OutOfTheQuestion ? _inQuestion : _others).Add(label);

    /// <summary>Looks again at what could not be told: answers that were found to be the same since, by way of others, were. Returns how many.</summary>
    /// <param name="isSame">Tells whether they were.</param>
    public int Tell(Predicate<HitLabel> isSame) => Tell(_inQuestion, isSame) + Tell(_others, isSame);

    public HitLabel[] ToArray() => [.. _inQuestion.Items, .. _others.Items];

    public void Clear()
    {
        _inQuestion.Clear();
        _others.Clear();
    }

    private static int Tell(Ring<HitLabel> labels, Predicate<HitLabel> isSame)
    {
        int told = 0;
        foreach (ref HitLabel label in labels.Items)
        {
            if (label.Verdict == AnswerComparison.Unknown && isSame(label))
            {
                label = label with { Verdict = AnswerComparison.Same };
                told++;
            }
        }

        return told;
    }
}
