using System.Globalization;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Filters and ranks the legs for one request. Asks for quotes, sends nothing.</summary>
internal sealed class RoutePlanner(IReadOnlyList<LegState> legs, RoutingMemory memory)
{
    public async ValueTask<RoutePlan> PlanAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        RequestNeeds needs = RequestNeeds.Of(messages, options);
        var able = new List<PlannedLeg>(legs.Count);
        var resting = new List<PlannedLeg>();
        var refusing = new List<PlannedLeg>();
        var excluded = new List<RoutingCandidate>();
        RequestFeatures? features = memory.HasLearnt ? RequestFeatures.Of(messages, options) : null;
        string taskType = features?.TaskType ?? TaskTypes.Of(messages, options);
        double[] predictions = memory.Predict(features);
        double strongest = double.NegativeInfinity;
        for (int i = 0; i < legs.Count; i++)
        {
            LegState leg = legs[i];
            double keep = RoutingMemory.Keep(predictions, i);
            var candidate = new RoutingCandidate(leg.Model) { PredictedQuality = predictions[i] };
            if (LegFilter.Exclude(leg.Model, needs) is { } unable)
            {
                excluded.Add(candidate with { Exclusion = unable });
                continue;
            }

            strongest = Math.Max(strongest, leg.Prior);
            CallQuote quote = await leg.QuoteAsync(messages, options, cancellationToken).ConfigureAwait(false);
            candidate = candidate with { Quote = quote, RankedCost = quote.Expected };
            if (LegFilter.Exclude(leg.Model, needs, quote) is { } refused)
            {
                // A leg that has the capability, the room and a price is held back by what is left of a budget.
                if (!quote.Fits && quote.Expected is not null && LegFilter.Exclude(leg.Model, needs, quote with { Refusal = null }) is null)
                {
                    refusing.Add(new PlannedLeg(leg, candidate, keep));
                }

                excluded.Add(candidate with { Exclusion = refused });
            }
            else if (leg.Health.Rests)
            {
                resting.Add(new PlannedLeg(leg, candidate with
                {
                    Exclusion = string.Create(CultureInfo.InvariantCulture, $"health: rests until {leg.Health.RestsUntil:HH:mm:ss}Z"),
                }, keep));
            }
            else
            {
                able.Add(new PlannedLeg(leg, candidate, keep));
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

        if (able.Count == 0 && refusing.Count > 0)
        {
            // A quote is an estimate. The leg itself may wait its turn, or refuses with what the application can act on.
            refusing.Sort(static (a, b) => ByCost(a.Cost, b.Cost));
            able.Add(refusing[0]);
            excluded.RemoveAll(candidate => candidate.Model.Id == refusing[0].Leg.Id);
            reason = "all-refuse";
        }

        excluded.AddRange(resting.Select(p => p.Candidate));
        able.Sort(static (a, b) => ByCost(a.Cost, b.Cost));
        Reserve(able, strongest, taskType);
        reason = reason != "cheapest-capable" ? reason
            : able.Count == 1 && legs.Count > 1 ? "only-capable"
            : able.Count > 0 && able[0].IsReserve ? (memory.Guarantee is null ? "cheaper-would-not-pay" : "quality-floor")
            : reason;
        return new RoutePlan(able, excluded, reason, strongest, taskType);
    }

    // A cheap attempt pays only if it passes often enough: e < 1 - C_w / C_s (FrugalGPT's cascade arithmetic).
    private void Reserve(List<PlannedLeg> able, double strongest, string taskType)
    {
        for (int i = 0; i < able.Count; i++)
        {
            PlannedLeg leg = able[i];
            if (leg.Leg.Prior >= strongest || able.Find(p => p.Leg.Prior > leg.Leg.Prior) is not { } stronger)
            {
                continue;
            }

            bool pays = leg.Cost is not { } cheap || stronger.Cost is not { } dear || dear.Value <= 0
                || 1 - memory.PassRate(leg.Leg.Id, taskType) < 1 - ((double)cheap.Value / dear.Value);
            if (!pays && memory.Guarantee is null)
            {
                // A small credit each time, so that it is tried again one day.
                memory.Credit(leg.Leg.Id, taskType);
            }

            able[i] = leg with { IsReserve = !pays || !memory.CouldPass(leg.Leg.Id, leg.Keep) };
        }
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
