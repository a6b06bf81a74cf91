using System.Collections.Concurrent;

namespace TokenThrift.Routing;

/// <summary>A map that forgets: when it is full, what has not been touched since it was last full is let go.</summary>
/// <remarks>Two generations stand in for an exact order of use, at the cost of one look-up more. Safe for concurrent use.</remarks>
/// <param name="most">How many entries one generation holds; at most twice as many are kept.</param>
internal sealed class TwoAgeMap<TValue>(int most)
    where TValue : class
{
    private readonly Lock _turning = new();
    private ConcurrentDictionary<UInt128, TValue> _young = new();
    private ConcurrentDictionary<UInt128, TValue> _old = new();

    public bool IsEmpty => _young.IsEmpty && _old.IsEmpty;

    public TValue? Find(UInt128 key)
    {
        if (_young.TryGetValue(key, out TValue? value))
        {
            return value;
        }

        if (_old.TryGetValue(key, out value))
        {
            _young.TryAdd(key, value);
            return value;
        }

        return null;
    }

    public void Set(UInt128 key, TValue value)
    {
        _young[key] = value;
        if (_young.Count <= most)
        {
            return;
        }

        lock (_turning)
        {
            if (_young.Count > most)
            {
                _old = _young;
                _young = new ConcurrentDictionary<UInt128, TValue>();
            }
        }
    }
}
