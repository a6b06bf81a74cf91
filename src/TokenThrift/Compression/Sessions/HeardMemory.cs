using System.Collections.Concurrent;

namespace TokenThrift.Compression.Sessions;

/// <summary>Remembers what long messages were found to hold, so that histories which fork from one opening read it once. Safe for concurrent use.</summary>
internal sealed class HeardMemory
{
    private const int Largest = 2048;
    private readonly ConcurrentDictionary<UInt128, Heard> _heard = new();

    public Heard GetOrAdd<TState>(UInt128 hash, TState state, Func<TState, Heard> read)
    {
        if (_heard.TryGetValue(hash, out Heard? known))
        {
            return known;
        }

        if (_heard.Count >= Largest)
        {
            // Only a memory of a pure function: forgetting costs time, never bytes.
            _heard.Clear();
        }

        return _heard[hash] = read(state);
    }
}
