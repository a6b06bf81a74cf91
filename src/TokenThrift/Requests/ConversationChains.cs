using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>Recognises the conversation that a request continues by the messages that it begins with.</summary>
/// <remarks>
/// <para>Clients without state send the whole history each time, so a request continues an earlier one when it begins with
/// all of its messages and goes on with an assistant's. Equal openings share a session until they diverge: the first that goes on
/// keeps it, every other gets one of its own. A request that repeats one which was already continued could belong to
/// anyone; it gets none.</para>
/// <para>Ids are random, so a conversation that was forgotten is never mistaken for another. Bounded and safe for
/// concurrent use; messages are kept as hashes only.</para>
/// </remarks>
/// <param name="capacity">The requests that are remembered; at most twice as many are held.</param>
internal sealed class ConversationChains(int capacity)
{
    private readonly Lock _lock = new();
    private Dictionary<UInt128, Head> _young = [];
    private Dictionary<UInt128, Head> _old = [];

    public static ConversationChains Shared { get; } = new(16_384);

    /// <summary>Finds or opens the session of a request.</summary>
    /// <param name="messages">The messages of the request.</param>
    /// <param name="owner">Who asks as far as it is known; different owners never share a session.</param>
    /// <returns>The session's id, or <see langword="null"/> when it is ambiguous or there are no messages.</returns>
    public string? SessionOf(IReadOnlyList<ChatMessage> messages, RequestIdentity owner)
    {
        if (messages.Count == 0)
        {
            return null;
        }

        var chain = new UInt128[messages.Count];
        UInt128 hash = MessageHash.Of($"{owner.Tenant?.Length}:{owner.Tenant}\n{owner.User?.Length}:{owner.User}\n{owner.Task}");
        for (int i = 0; i < chain.Length; i++)
        {
            hash = MessageHash.Chain(hash, MessageHash.Of(messages[i]));
            chain[i] = hash;
        }

        lock (_lock)
        {
            if (Find(hash) is { } same)
            {
                return same.IsContinued ? null : same.Session;
            }

            string session = Continued(messages, chain) ?? $"chain-{Guid.NewGuid():N}";
            Add(hash, new Head(session));
            return session;
        }
    }

    private string? Continued(IReadOnlyList<ChatMessage> messages, UInt128[] chain)
    {
        for (int length = chain.Length - 1; length > 0; length--)
        {
            if (messages[length].Role == ChatRole.Assistant && Find(chain[length - 1]) is { } head)
            {
                string? session = head.IsContinued ? null : head.Session;
                head.IsContinued = true;
                return session;
            }
        }

        return null;
    }

    private Head? Find(UInt128 hash)
    {
        if (_young.TryGetValue(hash, out Head? head))
        {
            return head;
        }

        if (_old.TryGetValue(hash, out head))
        {
            Add(hash, head);
        }

        return head;
    }

    private void Add(UInt128 hash, Head head)
    {
        if (_young.Count >= capacity)
        {
            _old = _young;
            _young = [];
        }

        _young[hash] = head;
    }

    /// <summary>The end of a request that was seen.</summary>
    private sealed class Head(string session)
    {
        public string Session { get; } = session;

        public bool IsContinued { get; set; }
    }
}
