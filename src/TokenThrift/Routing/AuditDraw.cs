using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Draws which requests are audited.</summary>
internal sealed class AuditDraw(RoutingMemory memory, LearningKeeper keeper, RoutingOptions settings, RoutingFaults faults)
{
    /// <summary>Draws for a request, before anything is known of its answer.</summary>
    /// <returns>The audit, or <see langword="null"/> when the request is not audited.</returns>
    public ShadowAudit? Draw(RoutePlan plan, IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context)
    {
        // A loop in the middle of its tool calls is not disturbed, what a provider holds cannot be audited elsewhere, and near a
        // cap what is left is kept for answers.
        if (memory.Guarantee is null || settings.MaximumAttempts < 2 || plan.IsBound || plan.Conversation.NeedsHolder
            || context.Get<SpendPressure>() is { IsHigh: true }
            || plan.ByCost.FirstOrDefault(p => p.Leg.Prior < plan.Strongest) is not { } weak
            || plan.ByCost.FirstOrDefault(p => p.Leg.Prior >= plan.Strongest) is not { } strong
            || weak.IsOverShare || strong.IsOverShare
            || UniformDraw.From(settings.AuditRandom) >= settings.AuditShare
            || (settings.CostCap is { } cap && !(weak.Cost + strong.Cost <= cap)))
        {
            return null;
        }

        return new ShadowAudit(weak, strong, Grade, Learn);

        void Learn(AuditedPair pair)
        {
            keeper.Learn(
                RequestFeatures.Of(messages, options),
                new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase) { [pair.Weak.Leg] = pair.Weak.Quality!.Value, [pair.Strong.Leg] = pair.Strong.Quality!.Value },
                new Dictionary<string, AnswerEvidence>(StringComparer.OrdinalIgnoreCase) { [pair.Weak.Leg] = pair.Weak.Evidence, [pair.Strong.Leg] = pair.Strong.Evidence });
        }
    }

    private double? Grade(AnswerCheckContext context)
    {
        try
        {
            return settings.GradeAnswer?.Invoke(context) is { } quality ? Math.Clamp(quality, 0, 1) : null;
        }
        catch (Exception e)
        {
            faults.SteppedOver("The grader of audits", e);
            return null;
        }
    }
}
