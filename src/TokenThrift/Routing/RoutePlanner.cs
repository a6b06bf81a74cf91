using System.Globalization;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Filters and ranks the legs for one request. Asks for quotes, sends nothing.</summary>
internal sealed class RoutePlanner(IReadOnlyList<LegState> legs)
{
    public async ValueTask<RoutePlan> PlanAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        RequestNeeds needs = RequestNeeds.Of(messages, options);
        var able = new List<PlannedLeg>(legs.Count);
        var resting = new List<PlannedLeg>();
        var excluded = new List<RoutingCandidate>();
        foreach (LegState leg in legs)
        {
            var candidate = new RoutingCandidate(leg.Model) { PredictedQuality = leg.Prior };
            if (LegFilter.Exclude(leg.Model, needs) is { } unable)
            {
                excluded.Add(candidate with { Exclusion = unable });
                continue;
            }

            CallQuote quote = await leg.QuoteAsync(messages, options, cancellationToken).ConfigureAwait(false);
            candidate = candidate with { Quote = quote, RankedCost = quote.Expected };
            if (LegFilter.Exclude(leg.Model, needs, quote) is { } refused)
            {
                excluded.Add(candidate with { Exclusion = refused });
            }
            else if (leg.Health.Rests)
            {
                resting.Add(new PlannedLeg(leg, candidate with
                {
                    Exclusion = string.Create(CultureInfo.InvariantCulture, $"health: rests until {leg.Health.RestsUntil:HH:mm:ss}Z"),
                }));
            }
            else
            {
                able.Add(new PlannedLeg(leg, candidate));
            }
        }

        string reason = "cheapest-capable";
        if (able.Count == 0 && resting.MinBy(p => p.Leg.Health.RestsUntil) is { } soonest)
        {
            // Everybody rests: the one that recovers first is asked rather than nobody.
            resting.Remove(soonest);
            able.Add(soonest with { Candidate = soonest.Candidate with { Exclusion = null } });
            reason = "first-to-recover";
        }

        excluded.AddRange(resting.Select(p => p.Candidate));
        able.Sort(static (a, b) => ByCost(a.Cost, b.Cost));
        return new RoutePlan(able, excluded, able.Count == 1 && legs.Count > 1 && reason == "cheapest-capable" ? "only-capable" : reason);
    }

    // A price that is not known could be any price: such a model comes last.
    private static int ByCost(NanoUsd? left, NanoUsd? right) =>
        (left, right) switch
        {
            ({ } l, { } r) => l.CompareTo(r),
            (null, null) => 0,
            (null, _) => 1,
            _ => -1,
        };
}
