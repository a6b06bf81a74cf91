using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>An answer that was not served when it came.</summary>
/// <param name="Leg">Who gave it.</param>
/// <param name="Response">The answer.</param>
/// <param name="Updates">The answer as it was streamed, or <see langword="null"/>.</param>
/// <param name="Score">Its score.</param>
/// <param name="Attempt">The number of the try.</param>
/// <param name="Reason">Why it was not served.</param>
/// <param name="IsGood">Whether it passed its checks and only waited for an audit.</param>
internal sealed record RejectedAnswer(
    PlannedLeg Leg, ChatResponse Response, IReadOnlyList<ChatResponseUpdate>? Updates, double Score, int Attempt, string Reason, bool IsGood);
