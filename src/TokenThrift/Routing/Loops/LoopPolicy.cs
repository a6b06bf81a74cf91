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
    /// <param name="able">The legs that may be asked, cheapest first.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="messages">Its history.</param>
    /// <param name="strength">The strength of the leg that has served it.</param>
    /// <returns>Who comes first; <see langword="null"/> where the conversation says nothing and the cheapest does.</returns>
    public static LoopMove? Decide(IReadOnlyList<PlannedLeg> able, Conversation conversation, IReadOnlyList<ChatMessage> messages, double strength)
    {
        if (conversation.Route is not { } route)
        {
            return null;
        }

        if (able.FirstOrDefault(p => p.Leg.Id == route.Leg) is not { } stays)
        {
            // The model is gone for now. What it was too weak for, or had to be strong for, is not given to a weaker one.
            return route.IsEscalated && able.FirstOrDefault(p => p.Leg.Prior >= strength) is { } peer ? new LoopMove(peer, "stays-escalated") : null;
        }

        StallKind stall = AgentLoop.StallOf(messages);
        if (stall != StallKind.None && (route.EscalatedAt is not { } at || messages.Count >= at + StallWindow)
            && able.Where(p => p.Leg.Prior > stays.Leg.Prior).MinBy(p => p.Leg.Prior) is { } stronger)
        {
            return new LoopMove(stronger, stall == StallKind.RepeatedCall ? "stall-repeated-call" : "stall-tool-errors", IsEscalation: true);
        }

        if (AgentLoop.IsLocked(messages) || conversation.NeedsHolder)
        {
            return new LoopMove(stays, "locked");
        }

        if (route.IsEscalated)
        {
            return new LoopMove(stays, "stays-escalated");
        }

        bool moves = stays.IsReserve
            || (able[0].Leg != stays.Leg && !able[0].IsReserve && Pays(stays, able[0], AgentLoop.RemainingSteps(messages)));
        return moves ? null : new LoopMove(stays, StaysWarm);
    }

    private static bool Pays(PlannedLeg stays, PlannedLeg cheaper, int remainingSteps) =>
        SwitchSide.Of(stays) is { } current && SwitchSide.Of(cheaper) is { } other
        && SwitchCost.Pays(current, other, remainingSteps, growth: (double)current.PromptTokens / (remainingSteps + 1));
}

/// <summary>What a conversation says of who serves its next step.</summary>
/// <param name="First">Who is asked first.</param>
/// <param name="Reason">Why, as a short code.</param>
/// <param name="IsEscalation">Whether the conversation moves up with this step, and then stays there.</param>
internal sealed record LoopMove(PlannedLeg First, string Reason, bool IsEscalation = false);
