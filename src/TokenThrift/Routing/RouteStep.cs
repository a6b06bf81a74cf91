using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Whom to ask next, and with what.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="Messages">The messages as this leg may see them.</param>
internal sealed record RouteStep(PlannedLeg Leg, IReadOnlyList<ChatMessage> Messages)
{
    /// <summary>Gets what the call is for.</summary>
    public CallPurpose Purpose { get; init; }

    /// <summary>Gets a value indicating whether the leg is asked to mend its own answer.</summary>
    public bool IsRepair { get; init; }
}
