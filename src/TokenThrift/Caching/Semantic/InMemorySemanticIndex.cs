using System.Collections.Concurrent;

namespace TokenThrift.Caching;

/// <summary>An index in this process: one bit a dimension first, the vectors of the best after that.</summary>
/// <remarks>
/// Bounded by entries and by bytes. When it is full, the entry that is worth least goes: what a use of it saves, by how often it is
/// used, by the room it takes; looked for among sixteen drawn at random, as approximate caches do. Safe for concurrent reads and
/// writes; readers take no lock.
/// </remarks>
public sealed class InMemorySemanticIndex : ISemanticIndex
{
    private const int Drawn = 16;
    private readonly Lock _writing = new();
    private readonly ConcurrentDictionary<(string Partition, string Encoder, int Dimensions), IndexPartition> _partitions = new();
    private readonly ConcurrentDictionary<int, BinaryCodes> _codes = new();
    private readonly List<IndexSlot> _all = [];
    private readonly Random _random = new(1);
    private readonly int _maximumEntries;
    private readonly long _maximumBytes;
    private readonly TimeProvider _time;
    private long _bytes;

    /// <summary>Initializes a new instance of the <see cref="InMemorySemanticIndex"/> class.</summary>
    /// <param name="maximumEntries">How many entries it holds; the default is 100,000.</param>
    /// <param name="maximumBytes">How many bytes it holds, about; the default is 512 MiB.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    public InMemorySemanticIndex(int maximumEntries = 100_000, long maximumBytes = 512L << 20, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumEntries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumBytes, 1);
        _maximumEntries = maximumEntries;
        _maximumBytes = maximumBytes;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Gets the number of entries.</summary>
    public int Count
    {
        get
        {
            lock (_writing)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>Gets about how many bytes the entries take.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Gets how many bytes the first pass reads for an entry.</summary>
    /// <param name="dimensions">The number of dimensions of its vector.</param>
    /// <returns>The bytes.</returns>
    public static int FirstPassBytes(int dimensions) => (new BinaryCodes(dimensions).Bits / 8) + (2 * sizeof(float));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SemanticMatch>> SearchAsync(SemanticQuery query, int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        cancellationToken.ThrowIfCancellationRequested();
        if (!_partitions.TryGetValue((query.Partition, query.Encoder, query.Vector.Length), out IndexPartition? partition))
        {
            return ValueTask.FromResult<IReadOnlyList<SemanticMatch>>([]);
        }

        DateTimeOffset now = _time.GetUtcNow();
        SemanticMatch[] found = partition.Search(query.Vector.Span, count, now, out bool metExpired);
        if (metExpired)
        {
            RemoveExpired((query.Partition, query.Encoder, query.Vector.Length), now);
            found = partition.Search(query.Vector.Span, count, now, out _);
        }

        return ValueTask.FromResult<IReadOnlyList<SemanticMatch>>(found);
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(SemanticEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        cancellationToken.ThrowIfCancellationRequested();
        var slot = new IndexSlot(entry);
        int dimensions = entry.Vector.Length;
        if (slot.Bytes > _maximumBytes || dimensions == 0)
        {
            return ValueTask.CompletedTask;
        }

        lock (_writing)
        {
            BinaryCodes codes = _codes.GetOrAdd(dimensions, static d => new BinaryCodes(d));
            IndexPartition partition = _partitions.GetOrAdd(Key(entry, dimensions), static (key, c) => new IndexPartition(c, key.Dimensions), codes);
            if (partition.Find(entry.Id) is { } old)
            {
                Remove(old);
                partition = _partitions.GetOrAdd(Key(entry, dimensions), partition);
            }

            while (_all.Count >= _maximumEntries || (_bytes + slot.Bytes > _maximumBytes && _all.Count > 0))
            {
                Remove(LeastValuable());
                partition = _partitions.GetOrAdd(Key(entry, dimensions), partition);
            }

            partition.Add(slot, entry.Vector.Span);
            slot.GlobalPosition = _all.Count;
            _all.Add(slot);
            _bytes += slot.Bytes;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(string partition, string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(partition);
        ArgumentNullException.ThrowIfNull(id);
        lock (_writing)
        {
            foreach (((string name, _, _), IndexPartition entries) in _partitions)
            {
                if (name == partition && entries.Find(id) is { } slot)
                {
                    Remove(slot);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ClearAsync(CancellationToken cancellationToken = default)
    {
        lock (_writing)
        {
            _partitions.Clear();
            _all.Clear();
            _bytes = 0;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Reads all codes of a partition once, for measurements.</summary>
    /// <param name="query">The question.</param>
    /// <returns>A sum that means nothing.</returns>
    public double MeasureRawPass(SemanticQuery query) =>
        _partitions.TryGetValue((query.Partition, query.Encoder, query.Vector.Length), out IndexPartition? partition) ? partition.RawPass(query.Vector.Span) : 0;

    private static (string Partition, string Encoder, int Dimensions) Key(SemanticEntry entry, int dimensions) => (entry.Partition, entry.Encoder, dimensions);

    // What is past its time would crowd out what is not.
    private void RemoveExpired((string Partition, string Encoder, int Dimensions) key, DateTimeOffset now)
    {
        lock (_writing)
        {
            foreach (IndexSlot slot in _partitions.TryGetValue(key, out IndexPartition? partition) ? partition.Expired(now) : [])
            {
                Remove(slot);
            }
        }
    }

    private IndexSlot LeastValuable()
    {
        DateTimeOffset now = _time.GetUtcNow();
        IndexSlot least = _all[_random.Next(_all.Count)];
        double value = least.Value(now);
        for (int i = 1; i < Drawn; i++)
        {
            IndexSlot drawn = _all[_random.Next(_all.Count)];
            if (drawn.Value(now) is double worth && worth < value)
            {
                (least, value) = (drawn, worth);
            }
        }

        return least;
    }

    private void Remove(IndexSlot slot)
    {
        (string Partition, string Encoder, int Dimensions) key = Key(slot.Entry, slot.Dimensions);
        IndexPartition partition = _partitions[key];
        partition.Remove(slot);
        if (partition.Count == 0)
        {
            _partitions.TryRemove(key, out _);
        }

        IndexSlot last = _all[^1];
        _all[slot.GlobalPosition] = last;
        last.GlobalPosition = slot.GlobalPosition;
        _all.RemoveAt(_all.Count - 1);
        _bytes -= slot.Bytes;
    }
}
