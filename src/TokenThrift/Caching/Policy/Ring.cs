using System.Runtime.InteropServices;

namespace TokenThrift.Caching;

/// <summary>The latest items, in no particular order. Used under its owner's lock.</summary>
/// <typeparam name="T">The type of item.</typeparam>
/// <param name="capacity">How many are kept.</param>
internal sealed class Ring<T>(int capacity)
{
    private readonly List<T> _items = [];
    private int _next;

    public int Count => _items.Count;

    public Span<T> Items => CollectionsMarshal.AsSpan(_items);

    public void Add(T item)
    {
        if (_items.Count < capacity)
        {
            _items.Add(item);
            return;
        }

        _items[_next] = item;
        _next = (_next + 1) % capacity;
    }

    public void Clear()
    {
        _items.Clear();
        _next = 0;
    }
}
