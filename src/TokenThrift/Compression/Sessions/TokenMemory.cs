using System.Collections.Concurrent;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Sessions;

/// <summary>Remembers the tokens of messages by content, so that histories which fork from one opening count it once. Safe for concurrent use.</summary>
internal sealed class TokenMemory
{
    private const int Largest = 16_384;
    private readonly ConcurrentDictionary<UInt128, int> _tokens = new();

    public int GetOrAdd<TState>(UInt128 hash, ITokenCounter counter, TState state, Func<TState, int> count)
    {
        UInt128 key = MessageHash.Chain(MessageHash.Of(counter.Name), hash);
        if (_tokens.TryGetValue(key, out int known))
        {
            return known;
        }

        if (_tokens.Count >= Largest)
        {
            // Only a memory of a pure function: forgetting costs time, never bytes.
            _tokens.Clear();
        }

        return _tokens[key] = count(state);
    }
}
