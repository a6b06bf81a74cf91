using Microsoft.Extensions.Logging;
using TokenThrift.Tokens;

namespace TokenThrift.Routing;

/// <summary>Makes the state of each leg: who is stronger than whom, what they share.</summary>
internal static class LegStates
{
    // Where the user says nothing of quality, a dearer model is taken for a better one. The numbers only order the models.
    private const double WeakestPrior = 0.6;
    private const double StrongestPrior = 0.9;

    public static LegState[] Of(
        IReadOnlyList<ModelLeg> legs, RoutingOptions options, FailureReader failures, TokenCounters counters, TimeProvider time, RoutingFaults faults, ILogger logger)
    {
        string? twice = legs.GroupBy(l => l.Id, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new ArgumentException($"Two legs have the id '{twice}'.", nameof(legs));
        }

        var health = new Dictionary<string, LegHealth>(StringComparer.Ordinal);
        double[] priors = Priors(legs);
        var states = new LegState[legs.Count];
        for (int i = 0; i < legs.Count; i++)
        {
            ModelLeg leg = legs[i];
            if (!health.TryGetValue(leg.Deployment, out LegHealth? shared))
            {
                health[leg.Deployment] = shared = new LegHealth(leg.Deployment, options, failures, time, logger);
            }

            bool sharesClient = legs.Count(l => ReferenceEquals(l.Client, leg.Client)) > 1;
            bool isHome = i == 0 || (leg.Model.Vendor is { } vendor && string.Equals(vendor, legs[0].Model.Vendor, StringComparison.OrdinalIgnoreCase));
            states[i] = new LegState(leg, priors[i], leg.RequestModelId ?? (sharesClient ? leg.Id : null), isHome, shared, counters, faults);
        }

        return states;
    }

    private static double[] Priors(IReadOnlyList<ModelLeg> legs)
    {
        // A typical call has several times more input than output; output costs several times more.
        Int128 PriceOf(ModelLeg leg) => leg.Model.Prices is { Input: { } input, Output: { } output } ? ((Int128)input * 3) + output : Int128.MaxValue;
        Int128[] distinct = [.. legs.Select(PriceOf).Distinct().Order()];
        return [.. legs.Select(leg => leg.PriorQuality
            ?? (distinct.Length == 1
                ? StrongestPrior
                : WeakestPrior + ((StrongestPrior - WeakestPrior) * Array.IndexOf(distinct, PriceOf(leg)) / (distinct.Length - 1))))];
    }
}
