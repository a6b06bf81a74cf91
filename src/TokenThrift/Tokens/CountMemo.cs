using System.Collections.Concurrent;

namespace TokenThrift.Tokens;

/// <summary>A bounded memory by content hash: two generations, the older of which is dropped when the younger is full.</summary>
/// <remarks>Safe for concurrent use. What is in use moves to the younger generation and so survives.</remarks>
/// <typeparam name="T">What is remembered; at most twice the capacity is held.</typeparam>
internal sealed class CountMemo<T>(int capacity)
    where T : class
{
    private const int FirstSize = 257;

    private ConcurrentDictionary<UInt128, T> _young = New();
    private ConcurrentDictionary<UInt128, T> _old = New();
    private int _added;

    public int Count => _young.Count + _old.Count;

    public bool TryGet(UInt128 key, out T value)
    {
        if (_young.TryGetValue(key, out value!))
        {
            return true;
        }

        if (_old.TryGetValue(key, out value!))
        {
            Add(key, value);
            return true;
        }

        return false;
    }

    public void Add(UInt128 key, T value)
    {
        if (_young.TryAdd(key, value) && Interlocked.Increment(ref _added) >= capacity)
        {
            // A race may drop an entry that was just added: it is only counted again.
            Interlocked.Exchange(ref _added, 0);
            _old = Interlocked.Exchange(ref _young, New());
        }
    }

    private static ConcurrentDictionary<UInt128, T> New() => new(Environment.ProcessorCount, FirstSize);
}
