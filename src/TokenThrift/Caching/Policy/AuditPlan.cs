namespace TokenThrift.Caching;

/// <summary>With what probability a candidate that would be served is checked instead: asked afresh, and the fresh answer served.</summary>
internal static class AuditPlan
{
    private const double Usual = 0.05;
    private const double Least = 0.01;
    private const double Most = 0.3;

    /// <summary>Returns the probability. A pure function.</summary>
    /// <remarks>
    /// In proportion to the standard deviation of the label, √p for small p, as Neyman's allocation has it (J. Neyman, "On the Two
    /// Different Aspects of the Representative Method", 1934): where all are right there is little to learn. More while few were done, and
    /// more where those that were done speak against the bound, so that a change of the answers is found out soon.
    /// </remarks>
    /// <param name="estimatedError">The candidate's estimated probability of being wrong.</param>
    /// <param name="maxErrorRate">The share of wrong answers to keep to.</param>
    /// <param name="done">How many audits the partition has seen.</param>
    /// <param name="suspicion">The monitor's evidence that the bound is broken, as a factor.</param>
    public static double Probability(double estimatedError, double maxErrorRate, int done, double suspicion)
    {
        double early = 1 + (10.0 / (done + 5));
        double usual = Math.Max(Least, Usual * early * Math.Sqrt(2 * estimatedError / maxErrorRate));
        return Math.Min(Most, usual * Math.Max(1, suspicion));
    }
}
