using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;

namespace TokenThrift.Tests.TestSupport;

/// <summary>A store that processes share, which HybridCache does not take for its own first level, and which can be spoilt.</summary>
internal sealed class MemoryStore : IDistributedCache
{
    private readonly ConcurrentDictionary<string, byte[]> _entries = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _hung = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, TimeSpan> _lives = new(StringComparer.Ordinal);

    public int Writes { get; private set; }

    /// <summary>Gets or sets a value indicating whether writing fails.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>Turns what every entry holds into something else of the same length.</summary>
    public void Spoil()
    {
        foreach ((string key, byte[] value) in _entries)
        {
            _entries[key] = [.. value.Select(b => (byte)(b ^ 0x5A))];
        }
    }

    /// <summary>Gets all that is stored, keys and values, as text.</summary>
    public string All => string.Concat(_entries.Select(e => e.Key + Encoding.UTF8.GetString(e.Value)));

    public IReadOnlyCollection<string> Keys => [.. _entries.Keys];

    /// <summary>Gets how long each entry was to be kept when it was written.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Lives => _lives;

    public byte[]? Get(string key) => _entries.GetValueOrDefault(key);

    /// <summary>Gets or sets the beginning of keys whose reading never comes to an end.</summary>
    public string? Hangs { get; set; }

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        if (Hangs is { } prefix && key.StartsWith(prefix, StringComparison.Ordinal))
        {
            _hung.TrySetResult();
            return new TaskCompletionSource<byte[]?>().Task;
        }

        return Task.FromResult(Get(key));
    }

    /// <summary>Gets what ends when something hangs.</summary>
    public Task Hung => _hung.Task;

    public void Refresh(string key)
    {
    }

    public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

    public void Remove(string key) => _entries.TryRemove(key, out _);

    public Task RemoveAsync(string key, CancellationToken token = default)
    {
        Remove(key);
        return Task.CompletedTask;
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options)
    {
        if (IsReadOnly)
        {
            throw new IOException("The store cannot be written.");
        }

        Writes++;
        _entries[key] = value;
        _lives[key] = options.AbsoluteExpirationRelativeToNow ?? TimeSpan.MaxValue;
    }

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        Set(key, value, options);
        return Task.CompletedTask;
    }
}
