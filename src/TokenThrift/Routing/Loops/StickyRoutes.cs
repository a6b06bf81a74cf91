using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Remembers which model serves a conversation, for as long as a provider's prompt cache would stay warm.</summary>
/// <remarks>A conversation is known by its identity and its opening, never by text alone across tenants. Safe for concurrent use.</remarks>
internal sealed class StickyRoutes(TimeProvider time)
{
    private const int Most = 10_000;
    private static readonly TimeSpan Warm = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<UInt128, StickyRoute> _routes = new();

    public StickyRoute? Find(IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        !_routes.IsEmpty && IsContinued(messages, options) && _routes.TryGetValue(KeyOf(messages, options), out StickyRoute? route)
        && time.GetUtcNow() - route.SeenAt < Warm ? route : null;

    public void Remember(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string leg)
    {
        UInt128 key = KeyOf(messages, options);
        bool isEscalated = _routes.TryGetValue(key, out StickyRoute? before) && before.IsEscalated && IsContinued(messages, options);
        _routes[key] = new StickyRoute(leg, isEscalated, isEscalated ? before!.CallsAtEscalation : 0, time.GetUtcNow());
        if (_routes.Count > Most)
        {
            DateTimeOffset old = time.GetUtcNow() - Warm;
            foreach ((UInt128 other, StickyRoute route) in _routes)
            {
                if (route.SeenAt < old || _routes.Count > Most)
                {
                    _routes.TryRemove(other, out _);
                }
            }
        }
    }

    public void Escalated(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string leg) =>
        _routes[KeyOf(messages, options)] = new StickyRoute(leg, true, messages.Count, time.GetUtcNow());

    private static bool IsContinued(IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        options?.ConversationId is not null || messages.Any(m => m.Role == ChatRole.Assistant);

    private static UInt128 KeyOf(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        RequestIdentity? who = RequestContext.Find(options)?.Identity;
        UInt128 key = MessageHash.Of($"{who?.Tenant}\n{who?.User}\n{who?.Session}\n{options?.ConversationId}");
        key = MessageHash.Chain(key, MessageHash.Of(options?.Instructions ?? string.Empty));
        for (int i = 0; i < messages.Count; i++)
        {
            key = MessageHash.Chain(key, MessageHash.Of(messages[i]));
            if (messages[i].Role == ChatRole.User)
            {
                break;
            }
        }

        return key;
    }
}

/// <summary>The model of a conversation.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="IsEscalated">Whether it was moved up because it was stuck; then it stays.</param>
/// <param name="CallsAtEscalation">How long the history was then, in messages.</param>
/// <param name="SeenAt">When it last answered.</param>
internal sealed record StickyRoute(string Leg, bool IsEscalated, int CallsAtEscalation, DateTimeOffset SeenAt);
