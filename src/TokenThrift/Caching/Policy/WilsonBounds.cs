namespace TokenThrift.Caching;

/// <summary>Bounds of a share, each of one-sided 95 % (Wilson, JASA 22, 1927). Pure functions.</summary>
internal static class WilsonBounds
{
    private const double Confidence = 1.645;

    /// <summary>Returns both bounds.</summary>
    /// <param name="share">The share that was observed.</param>
    /// <param name="n">The effective number of observations, above 0.</param>
    public static (double Lower, double Upper) Of(double share, double n)
    {
        double z = Confidence * Confidence / n;
        double middle = share + (z / 2);
        double width = Confidence * Math.Sqrt(((share * (1 - share)) + (z / 4)) / n);
        return ((middle - width) / (1 + z), (middle + width) / (1 + z));
    }
}
