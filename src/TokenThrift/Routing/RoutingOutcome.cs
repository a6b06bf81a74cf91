using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>How well models answered a request, as it became known: from a grader, a reviewer, a test that ran.</summary>
/// <param name="Messages">The messages of the request.</param>
/// <param name="Options">The options of the request, or <see langword="null"/>.</param>
/// <param name="Quality">The quality of each model's answer, in [0, 1], by the id of the leg.</param>
public sealed record RoutingOutcome(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, IReadOnlyDictionary<string, double> Quality)
{
    /// <summary>Gets the answers that the qualities belong to, by the id of the leg, as far as they are at hand.</summary>
    /// <value>Default: none. With them the router also learns what its checks are worth.</value>
    public IReadOnlyDictionary<string, ChatResponse> Answers { get; init; } = new Dictionary<string, ChatResponse>();
}
