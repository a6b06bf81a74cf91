using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>
/// Remembers of conversations which model serves them, which model wrote which message, and whose server holds which
/// state. What it does not know counts as written by a stranger. Kept in this process and, where it is shared, in the application's store.
/// </summary>
/// <remarks>A conversation is known by its identity and its opening, never by text alone across tenants. Safe for concurrent use.</remarks>
/// <param name="time">The clock.</param>
/// <param name="shared">Where it is kept beyond the process, or <see langword="null"/>.</param>
internal sealed class ConversationMemory(TimeProvider time, SharedConversations? shared = null)
{
    // As long as the provider's prompt cache of a conversation may still be warm.
    private static readonly TimeSpan Warm = TimeSpan.FromMinutes(10);

    // Who serves a loop is known for longer than the cache is warm: a tool may take its time, or a person who must approve its call.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private readonly TwoAgeMap<StickyRoute> _routes = new(10_000);
    private readonly TwoAgeMap<string> _authors = new(50_000);
    private readonly TwoAgeMap<string> _holders = new(10_000);
    private readonly TwoAgeMap<KeptConversation> _kept = new(10_000);
    private readonly ConcurrentQueue<(string Name, KeptConversation Kept)> _untold = new();

    /// <summary>Finds what is known of the conversation that a request continues. Changes nothing.</summary>
    public Conversation Read(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        UInt128 key = KeyOf(messages, options);
        StickyRoute? route = IsContinued(messages, options) ? _routes.Find(key) : null;
        TimeSpan age = route is null ? TimeSpan.MaxValue : time.GetUtcNow() - route.SeenAt;
        return new Conversation(
            key,
            age < Longest ? OfThisHistory(route, messages.Count) : null,
            age < Warm,
            HeldStates.NeedsHolder(messages, options),
            HeldBy(options?.ConversationId, options?.ContinuationToken).Select(HolderOf).FirstOrDefault(leg => leg is not null));
    }

    /// <summary>Takes in what other processes know of the conversation that a request continues.</summary>
    public async ValueTask RecallAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        if (shared is null || !IsContinued(messages, options))
        {
            return;
        }

        foreach (string held in HeldBy(options?.ConversationId, options?.ContinuationToken))
        {
            if (HolderOf(held) is null && await shared.ReadAsync(shared.NameOf(["held", held]), cancellationToken).ConfigureAwait(false) is { } holder)
            {
                _holders.Set(MessageHash.Of(held), holder.Leg);
            }
        }

        // Who knows the latest answer knows who serves the conversation.
        UInt128 key = KeyOf(messages, options);
        if ((messages.LastOrDefault(m => m.Role == ChatRole.Assistant) is { } latest && _authors.Find(MessageHash.Chain(key, MessageHash.Of(latest))) is not null && _routes.Find(key) is not null)
            || await shared.ReadAsync(shared.NameOf(PartsOf(messages, options)), cancellationToken).ConfigureAwait(false) is not { } kept)
        {
            return;
        }

        _kept.Set(key, kept);
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(kept.SeenAt);
        if (_routes.Find(key) is not { } known || known.SeenAt <= at)
        {
            _routes.Set(key, new StickyRoute(kept.Leg, kept.EscalatedAt, at));
        }

        foreach (ChatMessage message in messages)
        {
            if (message.Role == ChatRole.Assistant && MessageHash.Chain(key, MessageHash.Of(message)) is var hash
                && _authors.Find(hash) is null && kept.AuthorOf(SharedConversations.PrintOf(message)) is { } author)
            {
                _authors.Set(hash, author);
            }
        }
    }

    /// <summary>Tells other processes what was remembered since.</summary>
    public async ValueTask TellAsync(CancellationToken cancellationToken)
    {
        while (_untold.TryDequeue(out (string Name, KeptConversation Kept) next))
        {
            await shared!.WriteAsync(next.Name, next.Kept, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Says which leg wrote a message, or <see langword="null"/> when that is not known.</summary>
    public string? AuthorOf(Conversation conversation, ChatMessage message) =>
        _authors.IsEmpty ? null : _authors.Find(MessageHash.Chain(conversation.Key, MessageHash.Of(message)));

    /// <summary>Remembers who served a request, for the next step of its conversation.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="messages">Its history.</param>
    /// <param name="options">The options of the request, or <see langword="null"/>.</param>
    /// <param name="author">The leg that wrote the answer.</param>
    /// <param name="leg">The leg that the conversation goes on with.</param>
    /// <param name="response">What it said.</param>
    /// <param name="escalatedAt">The length of the history, in messages, if the conversation was moved up with this request; else <see langword="null"/>.</param>
    public void Remember(Conversation conversation, IReadOnlyList<ChatMessage> messages, ChatOptions? options, string author, string leg, ChatResponse response, int? escalatedAt)
    {
        StickyRoute? before = conversation.Route;
        var route = new StickyRoute(leg, escalatedAt ?? before?.EscalatedAt, time.GetUtcNow());
        _routes.Set(conversation.Key, route);
        foreach (ChatMessage message in response.Messages)
        {
            _authors.Set(MessageHash.Chain(conversation.Key, MessageHash.Of(message)), author);
        }

        foreach (string held in HeldBy(response.ConversationId, response.ContinuationToken))
        {
            _holders.Set(MessageHash.Of(held), author);
        }

        if (shared is not null)
        {
            Keep(shared, conversation.Key, route, author, messages, options, response);
        }
    }

    private static bool IsContinued(IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        messages.Count > 0 && (options?.ConversationId is not null || options?.ContinuationToken is not null || messages.Any(m => m.Role == ChatRole.Assistant));

    private void Keep(SharedConversations others, UInt128 key, StickyRoute route, string author, IReadOnlyList<ChatMessage> messages, ChatOptions? options, ChatResponse response)
    {
        long seenAt = route.SeenAt.ToUnixTimeMilliseconds();
        KeptConversation kept = ((IsContinued(messages, options) ? _kept.Find(key) : null) ?? new KeptConversation { Leg = route.Leg }) with { Leg = route.Leg, EscalatedAt = route.EscalatedAt, SeenAt = seenAt };
        kept = kept.With(author, [.. response.Messages.Select(SharedConversations.PrintOf)]);
        _kept.Set(key, kept);
        _untold.Enqueue((others.NameOf(PartsOf(messages, options)), kept));
        foreach (string held in HeldBy(response.ConversationId, response.ContinuationToken))
        {
            _untold.Enqueue((others.NameOf(["held", held]), new KeptConversation { Leg = author, SeenAt = seenAt, IsHeld = true }));
        }
    }

    // By what a provider knows that which it holds, the narrowest first.
    private static IEnumerable<string> HeldBy(string? conversation, ResponseContinuationToken? token)
    {
        if (token is not null)
        {
            yield return "token " + Convert.ToBase64String(token.ToBytes().Span);
        }

        if (conversation is { Length: > 0 })
        {
            yield return "conversation " + conversation;
        }
    }

    // A history that is shorter than the one that was stuck is another, with the same opening.
    private static StickyRoute? OfThisHistory(StickyRoute? route, int length) => route?.EscalatedAt > length ? route with { EscalatedAt = null } : route;

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

    // What KeyOf is made of, for a name that is the same in every process.
    private static IEnumerable<string> PartsOf(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        RequestIdentity? who = RequestContext.Find(options)?.Identity;
        yield return "route";
        yield return who?.Tenant ?? string.Empty;
        yield return who?.User ?? string.Empty;
        yield return who is { IsSessionInferred: false, Session: { } session } ? session : string.Empty;
        yield return who?.Task ?? string.Empty;
        yield return options?.Instructions ?? string.Empty;
        foreach (ChatMessage message in messages)
        {
            yield return SharedConversations.PrintOf(message).ToString(CultureInfo.InvariantCulture);
            if (message.Role == ChatRole.User)
            {
                break;
            }
        }
    }

    private string? HolderOf(string held) => _holders.Find(MessageHash.Of(held));
}
