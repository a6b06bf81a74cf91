namespace TokenThrift.Compression.Sessions;

/// <summary>Remembers the conversations that were sent last, by the hash of their history. Safe for concurrent use.</summary>
internal sealed class SessionTable(int capacity = 512)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, LinkedListNode<Conversation>> _byKey = [];
    private readonly LinkedList<Conversation> _byAge = new();

    /// <summary>Finds the conversation that holds the longest opening of a history.</summary>
    /// <param name="history">The history.</param>
    public Conversation? Find(HistoryChain history)
    {
        lock (_lock)
        {
            for (int i = history.Keys.Length - 1; i >= 0; i--)
            {
                if (_byKey.TryGetValue(history.Keys[i], out LinkedListNode<Conversation>? node) && node.Value.HasNamesOf(history.Messages))
                {
                    _byAge.Remove(node);
                    _byAge.AddLast(node);
                    return node.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Keeps a conversation, which must not be changed any more.</summary>
    public void Keep(Conversation conversation) => Keep(conversation, true);

    /// <summary>Keeps a conversation, which must not be changed any more, unless one with the same history is there.</summary>
    public void KeepNew(Conversation conversation) => Keep(conversation, false);

    private void Keep(Conversation conversation, bool replaces)
    {
        lock (_lock)
        {
            if (!replaces && _byKey.ContainsKey(conversation.Key))
            {
                return;
            }

            if (_byKey.Remove(conversation.Key, out LinkedListNode<Conversation>? old))
            {
                _byAge.Remove(old);
            }

            _byKey[conversation.Key] = _byAge.AddLast(conversation);
            if (_byKey.Count > capacity)
            {
                _byKey.Remove(_byAge.First!.Value.Key);
                _byAge.RemoveFirst();
            }
        }
    }
}
