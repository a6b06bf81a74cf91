using System.Collections.Concurrent;

namespace TokenThrift.Routing;

/// <summary>A map that forgets: when it is full, what has not been touched since it was last full is let go.</summary>
/// <remarks>Two generations stand in for an exact order of use, at the cost of one look-up more. Safe for concurrent use.</remarks>
/// <param name="most">How many entries one generation holds; at most twice as many are kept.</param>
internal sealed class TwoAgeMap<TValue>(int most)
    where TValue : class
{
    private readonly Lock _turning = new();
    private volatile ConcurrentDictionary<UInt128, TValue> _young = new();
    private volatile ConcurrentDictionary<UInt128, TValue> _old = new();
    private int _count;

    public bool IsEmpty => Volatile.Read(ref _count) == 0 && _old.IsEmpty;

    public TValue? Find(UInt128 key)
    {
        if (_young.TryGetValue(key, out TValue? value))
        {
            return value;
        }

        if (_old.TryGetValue(key, out value))
        {
            Add(key, value, replaces: false);
            return value;
        }

        return null;
    }

    public void Set(UInt128 key, TValue value) => Add(key, value, replaces: true);

    // The dictionary's own count takes all of its locks, on every request; a count beside it is near enough.
    private void Add(UInt128 key, TValue value, bool replaces)
    {
        if (!_young.TryAdd(key, value))
        {
            if (replaces)
            {
                _young[key] = value;
            }
        }
        else if (Interlocked.Increment(ref _count) > most)
        {
            Turn();
        }
    }

    private void Turn()
    {
        lock (_turning)
        {
            if (Volatile.Read(ref _count) > most)
            {
                _old = _young;
                _young = new ConcurrentDictionary<UInt128, TValue>();
                Volatile.Write(ref _count, 0);
            }
        }
    }
}
