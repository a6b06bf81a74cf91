using System.Globalization;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Filters and ranks the legs for one request. Asks for quotes, sends nothing.</summary>
internal sealed class RoutePlanner(IReadOnlyList<LegState> legs, RoutingMemory memory, ModelPolicy? policy, TimeProvider time)
{
    // After a move the new model gets this many messages before the same pattern can move it again.
    private const int StallWindow = 6;
    private readonly StickyRoutes _sticky = new(time);

    /// <summary>Says why the policy keeps a request from a model, or <see langword="null"/>.</summary>
    public string? Forbids(ModelInfo model, ChatOptions? options) =>
        policy?.Exclusions(model, RequestSettings.DataClassification.GetOrDefault(options, null!)) is { Count: > 0 } reasons ? $"policy: {string.Join("; ", reasons)}" : null;

    /// <summary>Remembers who served a conversation, for its next step.</summary>
    public void Remember(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string leg) => _sticky.Remember(messages, options, leg);

    /// <summary>Returns the messages as a leg may see them: made portable where another model wrote parts of the history.</summary>
    public IReadOnlyList<ChatMessage> MessagesFor(LegState leg, IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        _sticky.Find(messages, options) is { } route && route.Leg == leg.Id && !route.IsEscalated ? messages : PortableHistory.Of(messages);

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
            if ((Forbids(leg.Model, options) ?? LegFilter.Exclude(leg.Model, needs)) is { } unable)
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
        reason = Stay(able, messages, options) ?? reason;
        reason = reason != "cheapest-capable" ? reason
            : able.Count == 1 && legs.Count > 1 ? "only-capable"
            : able.Count > 0 && able[0].IsReserve ? (memory.Guarantee is null ? "cheaper-would-not-pay" : "quality-floor")
            : reason;
        return new RoutePlan(able, excluded, reason, strongest, taskType);
    }

    // Within a loop the model stays: a switch strands its prompt cache and its reasoning. Only a stall moves it, upwards.
    private string? Stay(List<PlannedLeg> able, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        StickyRoute? route = _sticky.Find(messages, options);
        if (route is null || able.FindIndex(p => p.Leg.Id == route.Leg) is not (>= 0 and int current))
        {
            return null;
        }

        PlannedLeg stays = able[current];
        StallKind stall = AgentLoop.StallOf(messages);
        if (stall != StallKind.None && (!route.IsEscalated || messages.Count >= route.CallsAtEscalation + StallWindow)
            && able.Where(p => p.Leg.Prior > stays.Leg.Prior).MinBy(p => p.Leg.Prior) is { } stronger)
        {
            Only(able, stronger);
            _sticky.Escalated(messages, options, stronger.Leg.Id);
            return stall == StallKind.RepeatedCall ? "stall-repeated-call" : "stall-tool-errors";
        }

        bool isLocked = AgentLoop.IsLocked(messages, options);
        if (!isLocked && !route.IsEscalated && able[0] is var cheapest && cheapest.Leg != stays.Leg && !cheapest.IsReserve
            && SwitchCost.Pays(stays, cheapest, AgentLoop.RemainingSteps(messages)))
        {
            return null;
        }

        if (!isLocked && !route.IsEscalated && stays.IsReserve)
        {
            return null;
        }

        Only(able, stays);
        return isLocked ? "locked" : route.IsEscalated ? "stays-escalated" : "stays-warm";
    }

    // All others are asked only where this one fails.
    private static void Only(List<PlannedLeg> able, PlannedLeg first)
    {
        for (int i = 0; i < able.Count; i++)
        {
            // A stronger one may still take over from a refused answer; a weaker one only from a fault.
            able[i] = able[i] with { IsReserve = able[i].Leg != first.Leg && (able[i].IsReserve || able[i].Leg.Prior <= first.Leg.Prior) };
        }

        int at = able.FindIndex(p => p.Leg == first.Leg);
        able.Insert(0, able[at]);
        able.RemoveAt(at + 1);
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
