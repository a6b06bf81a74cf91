using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>
/// Decides who serves the next step of a conversation: a switch strands its prompt cache and its reasoning, so the model
/// stays while tool results are pending and moves elsewhere only where the arithmetic says so. Only a stall moves it
/// within a loop, one tier up, and there it stays. A pure function.
/// </summary>
internal static class LoopPolicy
{
    /// <summary>The reason of a conversation that stays where its prompt cache is warm, though it might move.</summary>
    public const string StaysWarm = "stays-warm";

    // After a move the new model gets this many messages before the same pattern can move it again.
    private const int StallWindow = 6;

    /// <summary>Decides.</summary>
    /// <param name="able">The legs that may be asked, cheapest first; those that are held in reserve are marked.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="messages">Its history.</param>
    /// <param name="strength">The strength of the leg that has served it.</param>
    /// <returns>Who comes first; <see langword="null"/> where the conversation says nothing and the cheapest does.</returns>
    public static LoopMove? Decide(IReadOnlyList<PlannedLeg> able, Conversation conversation, IReadOnlyList<ChatMessage> messages, double strength)
    {
        StallKind stall = AgentLoop.StallOf(messages);
        if (conversation.Route is not { } route)
        {
            // Nobody knows who got stuck (another process may); at best it was whom we would ask now.
            return stall != StallKind.None && able.FirstOrDefault(p => !p.IsReserve) is { } usual && Stronger(able, usual.Leg.Prior) is { } taken
                ? new LoopMove(taken, ReasonOf(stall), IsEscalation: true) : null;
        }

        if (able.FirstOrDefault(p => p.Leg.Id == route.Leg) is not { } stays)
        {
            // The model is gone for now. What it was too weak for, or had to be strong for, is not given to a weaker one.
            return route.IsEscalated && able.FirstOrDefault(p => p.Leg.Prior >= strength) is { } peer ? new LoopMove(peer, "stays-escalated") : null;
        }

        if (stall != StallKind.None && (route.EscalatedAt is not { } at || messages.Count >= at + StallWindow)
            && Stronger(able, stays.Leg.Prior) is { } stronger)
        {
            return new LoopMove(stronger, ReasonOf(stall), IsEscalation: true);
        }

        if (AgentLoop.IsLocked(messages) || conversation.NeedsHolder)
        {
            return new LoopMove(stays, "locked");
        }

        if (route.IsEscalated)
        {
            return new LoopMove(stays, "stays-escalated");
        }

        bool moves = stays.IsReserve || !conversation.IsWarm
            || (able.First(p => !p.IsReserve) is { } cheapest && cheapest.Leg != stays.Leg && Pays(stays, cheapest, AgentLoop.RemainingSteps(messages)));
        return moves ? null : new LoopMove(stays, StaysWarm);
    }

    // One tier up, and among those of that tier and above rather one whose vendor has not had its share.
    private static PlannedLeg? Stronger(IReadOnlyList<PlannedLeg> able, double strength) =>
        able.Where(p => p.Leg.Prior > strength).OrderBy(p => p.IsOverShare).ThenBy(p => p.Leg.Prior).FirstOrDefault();

    private static string ReasonOf(StallKind stall) => stall == StallKind.RepeatedCall ? "stall-repeated-call" : "stall-tool-errors";

    private static bool Pays(PlannedLeg stays, PlannedLeg cheaper, int remainingSteps) =>
        SwitchSide.Of(stays) is { } current && SwitchSide.Of(cheaper) is { } other
        && SwitchCost.Pays(current, other, remainingSteps, growth: (double)current.PromptTokens / (remainingSteps + 1));
}

/// <summary>What a conversation says of who serves its next step.</summary>
/// <param name="First">Who is asked first.</param>
/// <param name="Reason">Why, as a short code.</param>
/// <param name="IsEscalation">Whether the conversation moves up with this step, and then stays there.</param>
internal sealed record LoopMove(PlannedLeg First, string Reason, bool IsEscalation = false);
