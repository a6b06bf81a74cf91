namespace TokenThrift.Caching;

/// <summary>How far a fit can be believed, where it matters: among the candidates that it thinks sure.</summary>
internal static class Calibration
{
    // As if two wrong ones had been foretold and two and a half had come: a fit is taken to be too sure of itself until it has shown otherwise.
    private const double PriorForetold = 2;
    private const double PriorWrong = 2.5;

    // As many labels as are needed to expect this many wrong ones.
    private const double Enough = 5;


    private const double Least = 0.6;

    // As if the audits had foretold one wrong answer and it had come.
    private const double PriorAudits = 1;

    private const double Most = 4;

    // Half a wrong answer that nobody has seen: Jeffreys' prior keeps a handful of lucky labels from proving anything.
    private const double Unseen = 0.5;

    /// <summary>Returns by what to multiply what the fit foretells, and below what no estimate may fall. A pure function.</summary>
    /// <remarks>
    /// Each label is held against what was foretold before it was known, by the fit of that time: an estimate out of sample. The factor is
    /// the posterior mean of a Poisson rate with a Gamma prior (A. Gelman et al., "Bayesian Data Analysis", section 2.6). The floor is the
    /// share of wrong ones among the surest, for the number of them that makes it lowest: a straight line can be drawn on to any
    /// certainty, so it is believed only as far as labels go. Serving depends on the evidence alone and audits are drawn at random, so within
    /// a level of evidence the labels are a fair sample whatever their propensities.
    /// </remarks>
    /// <param name="labels">The labels.</param>
    /// <param name="limit">Up to what estimate one would serve.</param>
    public static (double Factor, double Floor) Of(ReadOnlySpan<HitLabel> labels, double limit)
    {
        double[] foretold = new double[labels.Length];
        bool[] isWrong = new bool[labels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            foretold[i] = labels[i].Foretold;
            isWrong[i] = labels[i].IsWrong;
        }

        Array.Sort(foretold, isWrong);
        double expected = 0;
        double floor = 1;
        int wrong = 0;
        int relevantWrong = 0;
        for (int i = 0; i < foretold.Length && foretold[i] < ErrorFit.OutOfTheQuestion; i++)
        {
            wrong += isWrong[i] ? 1 : 0;
            floor = Math.Min(floor, (wrong + Unseen) / (i + 2));
            if (foretold[i] <= limit || expected <= Enough)
            {
                expected += foretold[i];
                relevantWrong = wrong;
            }
        }

        return (Math.Clamp((PriorWrong + relevantWrong) / (PriorForetold + expected), Discount(labels), Most), floor);
    }

    // A fit may have been too careful. That most labels say so is not enough: those of what is served are the few that were audited, and an answer that was
    // lucky while it was checked each time is served unchecked. So nothing is discounted but what audits bear out.
    private static double Discount(ReadOnlySpan<HitLabel> labels)
    {
        double foretold = 0;
        int wrong = 0;
        foreach (HitLabel label in labels)
        {
            if (label.IsAudit && label.Foretold < ErrorFit.OutOfTheQuestion)
            {
                foretold += label.Foretold;
                wrong += label.IsWrong ? 1 : 0;
            }
        }

        return Math.Clamp((PriorAudits + wrong) / (PriorAudits + foretold), Least, 1);
    }
}
