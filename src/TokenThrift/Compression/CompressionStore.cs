using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using TokenThrift.Compression.Sessions;
using TokenThrift.Requests;

namespace TokenThrift.Compression;

/// <summary>Keeps the originals of what compression removed, by the hash of their content.</summary>
/// <remarks>
/// Without a distributed cache they are kept in memory up to a size, the least recently used leaving first. An
/// application that sends its whole history needs neither: originals are found in the request itself. The store
/// serves those that shorten their history. Originals are never shared between tenants or users. Safe for concurrent use.
/// </remarks>
public sealed class CompressionStore
{
    private readonly IDistributedCache? _cache;
    private readonly ContentSeal? _seal;
    private readonly DistributedCacheEntryOptions _entry;
    private readonly long _memoryLimit;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, byte[] Value)>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, byte[] Value)> _byUse = new();
    private long _bytes;

    /// <summary>Gets which model was called last with a history; all legs over one store share it.</summary>
    internal CalledModels Called { get; } = new();

    /// <summary>Initializes a new instance of the <see cref="CompressionStore"/> class.</summary>
    /// <param name="cache">A cache that outlives the process, or <see langword="null"/> for this process's memory.</param>
    /// <param name="lifetime">How long an original is kept after its last use in a distributed cache; default seven days.</param>
    /// <param name="memoryLimit">How many bytes are kept in memory at most; default 64 MB.</param>
    /// <param name="secret">A secret of any length, the same in all processes that share the cache: what is kept there is encrypted with it. <see langword="null"/>: it is kept as it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime or the limit is not positive.</exception>
    /// <exception cref="ArgumentException">The secret is empty.</exception>
    public CompressionStore(IDistributedCache? cache = null, TimeSpan? lifetime = null, long memoryLimit = 64L * 1024 * 1024, string? secret = null)
    {
        if (secret is { Length: 0 })
        {
            throw new ArgumentException("The secret must not be empty.", nameof(secret));
        }

        _seal = secret is null ? null : new ContentSeal(secret, "compression");
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime ?? TimeSpan.FromDays(7), TimeSpan.Zero, nameof(lifetime));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(memoryLimit);
        _cache = cache;
        _entry = new DistributedCacheEntryOptions { SlidingExpiration = lifetime ?? TimeSpan.FromDays(7) };
        _memoryLimit = memoryLimit;
    }

    /// <summary>Stores a text under a name; a throw means that it is not stored.</summary>
    internal async ValueTask KeepAsync(string scope, string name, string text, CancellationToken cancellationToken)
    {
        string key = KeyOf(scope, name);
        byte[] value = Encoding.UTF8.GetBytes(text);
        Remember(key, value);
        if (_cache is not null)
        {
            await _cache.SetAsync(key, _seal?.Close(key, value) ?? value, _entry, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Finds a text, or <see langword="null"/> when it is not stored or cannot be reached.</summary>
    internal async ValueTask<string?> FindAsync(string scope, string name, CancellationToken cancellationToken)
    {
        string key = KeyOf(scope, name);
        if (Recall(key) is { } known)
        {
            return Encoding.UTF8.GetString(known);
        }

        if (await ReadAsync(key, cancellationToken).ConfigureAwait(false) is not { } value)
        {
            return null;
        }

        Remember(key, value);
        return Encoding.UTF8.GetString(value);
    }

    /// <summary>Finds what may have been written by another process since: the distributed cache is asked first, where there is one.</summary>
    internal async ValueTask<string?> FindLatestAsync(string scope, string name, CancellationToken cancellationToken)
    {
        string key = KeyOf(scope, name);
        if (await ReadAsync(key, cancellationToken).ConfigureAwait(false) is not { } value)
        {
            return Recall(key) is { } known ? Encoding.UTF8.GetString(known) : null;
        }

        Remember(key, value);
        return Encoding.UTF8.GetString(value);
    }

    // What was written with another secret, or is damaged, is as good as not there.
    private async ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        if (_cache is null || await _cache.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return null;
        }

        try
        {
            return _seal is null ? stored : _seal.Open(key, stored);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    // The scope is hashed: names of tenants and users do not belong into the keys of a shared cache. With a secret nor do hashes of contents.
    private string KeyOf(string scope, string name) => _seal is not null
        ? "tokenthrift:original:" + _seal.NameOf([scope, name])
        : $"tokenthrift:original:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope)).AsSpan(0, 8))}:{name}";

    private byte[]? Recall(string key)
    {
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out LinkedListNode<(string Key, byte[] Value)>? node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Value;
        }
    }

    private void Remember(string key, byte[] value)
    {
        lock (_lock)
        {
            if (_byKey.Remove(key, out LinkedListNode<(string Key, byte[] Value)>? old))
            {
                _byUse.Remove(old);
                _bytes -= old.Value.Value.Length;
            }

            _byKey[key] = _byUse.AddLast((key, value));
            _bytes += value.Length;
            while (_bytes > _memoryLimit && _byUse.First is { } oldest)
            {
                _byUse.RemoveFirst();
                _byKey.Remove(oldest.Value.Key);
                _bytes -= oldest.Value.Value.Length;
            }
        }
    }
}
