using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>
/// Remembers of conversations which model serves them, which model wrote which message, and whose server holds which
/// state. Kept in this process: what it does not know counts as written by a stranger.
/// </summary>
/// <remarks>A conversation is known by its identity and its opening, never by text alone across tenants. Safe for concurrent use.</remarks>
internal sealed class ConversationMemory(TimeProvider time)
{
    // As long as the provider's prompt cache of a conversation may still be warm.
    private static readonly TimeSpan Warm = TimeSpan.FromMinutes(10);

    // Who serves a loop is known for longer than the cache is warm: a tool may take its time, or a person who must approve its call.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private readonly TwoAgeMap<StickyRoute> _routes = new(10_000);
    private readonly TwoAgeMap<string> _authors = new(50_000);
    private readonly TwoAgeMap<string> _holders = new(10_000);

    /// <summary>Finds what is known of the conversation that a request continues. Changes nothing.</summary>
    public Conversation Read(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        UInt128 key = KeyOf(messages, options);
        bool isContinued = options?.ConversationId is not null || messages.Any(m => m.Role == ChatRole.Assistant);
        StickyRoute? route = isContinued ? _routes.Find(key) : null;
        TimeSpan age = route is null ? TimeSpan.MaxValue : time.GetUtcNow() - route.SeenAt;
        return new Conversation(
            key,
            age < Longest ? OfThisHistory(route, messages.Count) : null,
            age < Warm,
            HeldStates.NeedsHolder(messages, options),
            HolderOf(options));
    }

    /// <summary>Says which leg wrote a message, or <see langword="null"/> when that is not known.</summary>
    public string? AuthorOf(Conversation conversation, ChatMessage message) =>
        _authors.IsEmpty ? null : _authors.Find(MessageHash.Chain(conversation.Key, MessageHash.Of(message)));

    /// <summary>Remembers who served a request, for the next step of its conversation.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="author">The leg that wrote the answer.</param>
    /// <param name="leg">The leg that the conversation goes on with.</param>
    /// <param name="response">What it said.</param>
    /// <param name="escalatedAt">The length of the history, in messages, if the conversation was moved up with this request; else <see langword="null"/>.</param>
    public void Remember(Conversation conversation, string author, string leg, ChatResponse response, int? escalatedAt)
    {
        StickyRoute? before = conversation.Route;
        _routes.Set(conversation.Key, new StickyRoute(leg, escalatedAt ?? before?.EscalatedAt, time.GetUtcNow()));
        foreach (ChatMessage message in response.Messages)
        {
            _authors.Set(MessageHash.Chain(conversation.Key, MessageHash.Of(message)), author);
        }

        if (response.ConversationId is { Length: > 0 } id)
        {
            _holders.Set(MessageHash.Of(id), author);
        }

        if (response.ContinuationToken is { } token)
        {
            _holders.Set(KeyOf(token), author);
        }
    }

    // A history that is shorter than the one that was stuck is another, with the same opening.
    private static StickyRoute? OfThisHistory(StickyRoute? route, int length) => route?.EscalatedAt > length ? route with { EscalatedAt = null } : route;

    private static UInt128 KeyOf(ResponseContinuationToken token) => MessageHash.Of(Convert.ToBase64String(token.ToBytes().Span));

    private static UInt128 KeyOf(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        RequestIdentity? who = RequestContext.Find(options)?.Identity;

        // A session that was inferred can change its id as conversations fork; the opening below stands for it.
        string? session = who is { IsSessionInferred: false } ? who.Session : null;
        UInt128 key = MessageHash.Of($"{who?.Tenant?.Length}:{who?.Tenant}\n{who?.User?.Length}:{who?.User}\n{session?.Length}:{session}\n{who?.Task}");
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

    private string? HolderOf(ChatOptions? options) =>
        options?.ContinuationToken is { } token && _holders.Find(KeyOf(token)) is { } holder ? holder
        : options?.ConversationId is { Length: > 0 } id ? _holders.Find(MessageHash.Of(id))
        : null;
}
