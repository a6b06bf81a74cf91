using Microsoft.Extensions.AI;
using TokenThrift.Models;

namespace TokenThrift.Routing;

/// <summary>Filters and ranks the legs for one request. Asks for quotes, sends nothing and learns nothing.</summary>
internal sealed class RoutePlanner(IReadOnlyList<LegState> legs, RoutingMemory memory, ConversationMemory conversations, LegSurveyor surveyor)
{
    /// <summary>Makes the plan for a request.</summary>
    public async ValueTask<RoutePlan> PlanAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        Conversation conversation = conversations.Read(messages, options);
        RequestFeatures? features = memory.HasLearnt ? RequestFeatures.Of(messages, options) : null;
        string taskType = features?.TaskType ?? TaskTypes.Of(messages, options);
        LegSurvey survey = await surveyor.SurveyAsync(messages, options, conversation, taskType, memory.Predict(features), cancellationToken).ConfigureAwait(false);
        List<PlannedLeg> able = survey.Able;
        able.Sort(static (a, b) => ByCost(a.Cost, b.Cost));
        List<string> passedOver = Reserve(able, survey.Strongest, taskType);
        bool sharesDecide = YieldShares(able);
        LoopMove? move = LoopPolicy.Decide(able, conversation, messages, StrengthOf(conversation.Route?.Leg));
        if (move is { First: { } first })
        {
            PutFirst(able, first);
        }

        return new RoutePlan
        {
            ByCost = able,
            Resting = survey.Resting,
            Excluded = survey.Excluded,
            Reason = survey.Reason ?? move?.Reason ?? (sharesDecide ? "share-cap" : ReasonOf(able)),
            Strongest = survey.Strongest,
            TaskType = taskType,
            Conversation = conversation,
            IsEscalated = move is { IsEscalation: true },
            IsBound = move is { Reason: not LoopPolicy.StaysWarm },
            PassedOver = passedOver,
            RetryAt = survey.RetryAt,
        };
    }

    // A leg whose vendor or jurisdiction has had its share comes after those that have not, as long as one of them would be asked anyway.
    private static bool YieldShares(List<PlannedLeg> able)
    {
        if (!able.Exists(p => p is { IsOverShare: false, IsReserve: false }))
        {
            return false;
        }

        int first = able.FindIndex(p => !p.IsReserve);
        bool decides = able[first].IsOverShare;
        for (int i = 0; i < able.Count; i++)
        {
            able[i] = able[i] with { IsReserve = able[i].IsReserve || able[i].IsOverShare };
        }

        return decides;
    }

    private string ReasonOf(List<PlannedLeg> able) =>
        able.Count == 0 ? "no-capable-model"
        : able.Count == 1 && legs.Count > 1 ? "only-capable"
        : able.Count > 0 && able[0].IsReserve ? (memory.Guarantee is null ? "cheaper-would-not-pay" : "quality-floor")
        : "cheapest-capable";

    private double StrengthOf(string? leg)
    {
        for (int i = 0; leg is not null && i < legs.Count; i++)
        {
            if (legs[i].Id == leg)
            {
                return legs[i].Prior;
            }
        }

        return double.NegativeInfinity;
    }

    // All others are asked only where this one fails: a stronger one may still take over from a refused answer, a weaker one only from a fault.
    private static void PutFirst(List<PlannedLeg> able, PlannedLeg first)
    {
        for (int i = 0; i < able.Count; i++)
        {
            able[i] = able[i] with { IsReserve = able[i].Leg != first.Leg && (able[i].IsReserve || able[i].Leg.Prior <= first.Leg.Prior) };
        }

        int at = able.FindIndex(p => p.Leg == first.Leg);
        PlannedLeg moved = able[at];
        able.RemoveAt(at);
        able.Insert(0, moved);
    }

    // A cheap attempt pays only if it passes often enough: e < 1 - C_w / C_s (FrugalGPT's cascade arithmetic).
    private List<string> Reserve(List<PlannedLeg> able, double strongest, string taskType)
    {
        List<string> passedOver = [];
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
                passedOver.Add(leg.Leg.Id);
            }

            able[i] = leg with { IsReserve = !pays || !memory.CouldPass(leg.Leg.Id, leg.Keep) };
        }

        return passedOver;
    }

    // A price that is not known could be any price: such a model comes last.
    internal static int ByCost(NanoUsd? left, NanoUsd? right) =>
        (left, right) switch
        {
            ({ } l, { } r) => l.CompareTo(r),
            (null, null) => 0,
            (null, _) => 1,
            _ => -1,
        };
}
