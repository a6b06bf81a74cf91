namespace TokenThrift.Evaluation.Routing;

/// <summary>How much of the gap between a weak and a strong model is recovered as the strong model is asked more (RouteLLM, arXiv 2406.18665, section 2).</summary>
internal static class GapCurve
{
    /// <summary>Computes the area under the recovered gap at eleven shares of strong calls, by trapezoids; random choice gives 0.5.</summary>
    /// <param name="items">For each request how badly it needs the strong model, and both qualities.</param>
    public static double Apgr(IReadOnlyList<(double Need, double Weak, double Strong)> items)
    {
        double[] recovered = Recovered(items);
        double area = 0;
        for (int step = 1; step <= 10; step++)
        {
            area += (At(recovered, (step - 1) / 10.0) + At(recovered, step / 10.0)) / 20;
        }

        return area;
    }

    /// <summary>Computes the smallest share of strong calls that recovers a part of the gap.</summary>
    public static double Cpt(IReadOnlyList<(double Need, double Weak, double Strong)> items, double part)
    {
        double[] recovered = Recovered(items);
        int at = Array.FindIndex(recovered, r => r >= part);
        return at < 0 ? 1 : (double)at / (recovered.Length - 1);
    }

    private static double At(double[] recovered, double share) => recovered[(int)Math.Round(share * (recovered.Length - 1))];

    // Requests of equal need are taken in no order: each counts as their mean.
    private static double[] Recovered(IReadOnlyList<(double Need, double Weak, double Strong)> items)
    {
        double gap = items.Sum(i => i.Strong - i.Weak);
        var recovered = new double[items.Count + 1];
        double sum = 0;
        int at = 0;
        foreach (IGrouping<double, (double Need, double Weak, double Strong)> equal in items.GroupBy(i => i.Need).OrderByDescending(g => g.Key))
        {
            double mean = equal.Average(i => i.Strong - i.Weak);
            for (int i = equal.Count(); i > 0; i--)
            {
                sum += mean;
                recovered[++at] = gap != 0 ? sum / gap : 1;
            }
        }

        return recovered;
    }
}
