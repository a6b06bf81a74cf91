namespace TokenThrift.Routing;

/// <summary>Probabilities as log-odds, where independent evidence adds up.</summary>
internal static class Odds
{
    private const double Least = 1e-4;

    public static double Logit(double probability)
    {
        double p = Math.Clamp(probability, Least, 1 - Least);
        return Math.Log(p / (1 - p));
    }

    public static double FromLogit(double logit) => 1 / (1 + Math.Exp(-logit));
}
