using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Hybrid;
using TokenThrift.Caching.Keys;
using TokenThrift.Lessons;

namespace TokenThrift.Caching.Answers;

/// <summary>Keeps answers in a <see cref="HybridCache"/>: read-only probes, then a plain write; the model is never called inside the cache's factory.</summary>
/// <remarks>
/// A factory would lose the caller's execution context, and a miss would be stored as a null. What a string in the first
/// level stands for is decoded once and remembered beside it, so a hit there parses nothing. Safe for concurrent use.
/// </remarks>
internal sealed class AnswerStore : ILessonStore
{
    /// <summary>What a key points to that is to lead nowhere.</summary>
    public const string Forbidden = "-";

    // No key of the store.
    private const string Handed = "hit";

    private static readonly TimeSpan ForGood = TimeSpan.FromDays(3650);
    private static readonly string[] OnlyAll = [CacheTags.All];
    private readonly HybridCache _cache;
    private readonly SemanticCachingOptions _options;
    private readonly TimeProvider _time;
    private readonly ConditionalWeakTable<string, Decoded> _decoded = [];
    private readonly StoreSeal? _seal;

    // Questions stand in the store nowhere else, so they are never in clear there, protector or not.
    private readonly ICachePayloadProtector? _lessons;
    private readonly HybridCacheEntryOptions _read;
    private readonly HybridCacheEntryOptions _readLocal;
    private readonly HybridCacheEntryOptions _readShared;

    public AnswerStore(HybridCache cache, SemanticCachingOptions options, TimeProvider time)
    {
        _cache = cache;
        _options = options;
        _time = time;

        // Without a secret that others know, what this process writes could not be found by them, nor should it.
        byte[]? secret = options.Secret is { Length: > 0 } shared ? CachePlanner.KeyOf(shared) : null;
        _seal = secret is null ? null : new StoreSeal(secret);
        _lessons = secret is null ? null : options.Protector ?? new AesPayloadProtector(HMACSHA256.HashData(secret, "lessons"u8));
        Shared = _seal is not null ? HybridCacheEntryFlags.None : HybridCacheEntryFlags.DisableDistributedCache;
        _read = new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData | Shared };
        _readShared = new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData | HybridCacheEntryFlags.DisableLocalCache };
        _readLocal = new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData | HybridCacheEntryFlags.DisableDistributedCache };
    }

    /// <summary>Gets a value indicating whether others who know the secret read what is written here.</summary>
    public bool IsShared => _seal is not null;

    private HybridCacheEntryFlags Shared { get; }

    /// <summary>Finds an answer that may still be served.</summary>
    public async ValueTask<CachedAnswer?> FindAsync(string key, bool localOnly, CancellationToken cancellationToken)
    {
        string? stored = await ProbeAsync(key, localOnly ? _readLocal : _read, cancellationToken).ConfigureAwait(false);
        if (stored is null)
        {
            return null;
        }

        if (!_decoded.TryGetValue(stored, out Decoded? decoded))
        {
            decoded = _decoded.GetValue(stored, s => new Decoded(Decode(key, s)));
        }

        DateTimeOffset now = _time.GetUtcNow();
        return decoded.Answer is { } answer && now - answer.CreatedAt < _options.TimeToLive && await IsInUseAsync(key, decoded, now, cancellationToken).ConfigureAwait(false) ? answer : null;
    }

    /// <summary>Stores an answer. Returns whether it was small enough to be stored.</summary>
    public async ValueTask<bool> StoreAsync(string key, CachedAnswer answer, IReadOnlyCollection<string>? tags, CancellationToken cancellationToken)
    {
        string payload = AnswerPayload.Write(answer);
        if (payload.Length > _options.MaxAnswerLength)
        {
            return false;
        }

        string stored = Close(key, _options.Protector is { } protector ? protector.Protect(payload) : payload);
        TimeSpan left = answer.CreatedAt + _options.TimeToLive - _time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        // The first level often keeps this very string; what it says is known without parsing.
        var decoded = new Decoded(answer) { UsedAt = _time.GetUtcNow() };
        _decoded.AddOrUpdate(stored, decoded);
        await _cache.SetAsync(key, stored, new HybridCacheEntryOptions { Expiration = left, LocalCacheExpiration = left, Flags = Shared }, tags, cancellationToken).ConfigureAwait(false);
        if (_options.SlidingTimeToLive is { } sliding)
        {
            await MarkUsedAsync(key, decoded, decoded.UsedAt, sliding, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Reads what a key points to: another key, <see cref="Forbidden"/>, or null.</summary>
    public async ValueTask<string?> ReadPointerAsync(string pointer, CancellationToken cancellationToken)
    {
        string? stored = await ProbeAsync(pointer, _read, cancellationToken).ConfigureAwait(false);
        return stored is null ? null : Open(pointer, stored);
    }

    /// <summary>Makes a key point to nothing for good. A shared store keeps it; the first level before it only as long as an answer.</summary>
    /// <exception cref="IOException">A shared store did not take it.</exception>
    public async ValueTask ForbidAsync(string pointer, CancellationToken cancellationToken)
    {
        TimeSpan atHand = Shared == HybridCacheEntryFlags.None ? _options.TimeToLive : ForGood;
        var entry = new HybridCacheEntryOptions { Expiration = ForGood, LocalCacheExpiration = atHand, Flags = Shared };
        await _cache.SetAsync(pointer, Close(pointer, Forbidden), entry, OnlyAll, cancellationToken).ConfigureAwait(false);
        await EnsureAsync(pointer, isThere: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what was learnt from a shared store (<see cref="IsShared"/>); null where there is nothing, or nothing that was sealed with the secret.</summary>
    /// <exception cref="InvalidDataException">It was protected under a key that is not known.</exception>
    public async ValueTask<string?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        string? stored = await ProbeAsync(key, _readShared, cancellationToken).ConfigureAwait(false);
        if (stored is null || Open(key, stored) is not { } text)
        {
            return null;
        }

        try
        {
            return _lessons!.Unprotect(text);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException("What is kept there was protected under a key that is not known.", e);
        }
    }

    /// <summary>Writes what was learnt to a shared store (<see cref="IsShared"/>), and to no first level.</summary>
    /// <param name="key">The key.</param>
    /// <param name="text">The text.</param>
    /// <param name="life">How long it is kept; above zero.</param>
    /// <param name="tags">The tags that end it.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public ValueTask WriteAsync(string key, string text, TimeSpan life, IReadOnlyCollection<string> tags, CancellationToken cancellationToken) => _cache.SetAsync(
        key,
        Close(key, _lessons!.Protect(text)),
        new HybridCacheEntryOptions { Expiration = life, Flags = HybridCacheEntryFlags.DisableLocalCache },
        [.. tags, CacheTags.All],
        cancellationToken);

    /// <summary>Makes a key point to an answer, so that the answer is kept once and removed for both.</summary>
    public ValueTask PointAsync(string pointer, string key, IReadOnlyCollection<string>? tags, CancellationToken cancellationToken) => _cache.SetAsync(
        pointer, Close(pointer, key), new HybridCacheEntryOptions { Expiration = _options.TimeToLive, LocalCacheExpiration = _options.TimeToLive, Flags = Shared }, tags, cancellationToken);

    /// <summary>Removes an entry.</summary>
    /// <exception cref="IOException">A shared store still has it.</exception>
    public async ValueTask RemoveAsync(string key, CancellationToken cancellationToken)
    {
        await _cache.RemoveAsync(key, cancellationToken).ConfigureAwait(false);
        await EnsureAsync(key, isThere: false, cancellationToken).ConfigureAwait(false);
    }

    // What is there; a miss is not stored.
    private ValueTask<string?> ProbeAsync(string key, HybridCacheEntryOptions where, CancellationToken cancellationToken) =>
        _cache.GetOrCreateAsync<string?>(key, static _ => ValueTask.FromResult<string?>(null), where, tags: null, cancellationToken);

    // HybridCache keeps the faults of its second level to itself, so what must not be lost is looked up there.
    private async ValueTask EnsureAsync(string key, bool isThere, CancellationToken cancellationToken)
    {
        if (Shared == HybridCacheEntryFlags.None
            && await ProbeAsync(key, _readShared, cancellationToken).ConfigureAwait(false) is var stored
            && stored is not null != isThere)
        {
            throw new IOException("The shared store of the answer cache did not take a change.");
        }
    }

    // Where a store is shared, the last use is noted beside the answer: another process, or this one after a restart, has no memory of it.
    private async ValueTask<bool> IsInUseAsync(string key, Decoded decoded, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_options.SlidingTimeToLive is not { } sliding)
        {
            return true;
        }

        bool isNew = decoded.UsedAt == default && Shared != HybridCacheEntryFlags.None;
        if (!isNew && now - decoded.UsedAt >= sliding)
        {
            if (Shared != HybridCacheEntryFlags.None
                || await ReadPointerAsync(UseKey(key), cancellationToken).ConfigureAwait(false) is not { } noted
                || !long.TryParse(noted, NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) || now.UtcTicks - ticks >= sliding.Ticks)
            {
                return false;
            }
        }

        decoded.UsedAt = now;
        if (now - decoded.MarkedAt >= sliding / 4)
        {
            await MarkUsedAsync(key, decoded, now, sliding, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private ValueTask MarkUsedAsync(string key, Decoded decoded, DateTimeOffset now, TimeSpan sliding, CancellationToken cancellationToken)
    {
        decoded.MarkedAt = now;
        return Shared != HybridCacheEntryFlags.None ? ValueTask.CompletedTask : _cache.SetAsync(
            UseKey(key),
            Close(UseKey(key), now.UtcTicks.ToString(CultureInfo.InvariantCulture)),
            new HybridCacheEntryOptions { Expiration = sliding, LocalCacheExpiration = sliding / 4 },
            OnlyAll,
            cancellationToken);
    }

    /// <summary>Seals what is handed out, so that it can be told from what others make up; as it is, where the store is not shared.</summary>
    public string Seal(string value) => Close(Handed, value);

    /// <summary>Returns what was sealed, or null where it was not sealed here.</summary>
    public string? Unseal(string value) => _seal?.Open(Handed, value);

    private static string UseKey(string key) => "ttu:" + key;

    private string Close(string key, string value) => _seal?.Close(key, value) ?? value;

    private string? Open(string key, string stored) => _seal is null ? stored : _seal.Open(key, stored);

    private CachedAnswer? Decode(string key, string stored)
    {
        try
        {
            return Open(key, stored) is { } payload ? AnswerPayload.Read(_options.Protector is { } protector ? protector.Unprotect(payload) : payload) : null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A payload of another key or another hand: as good as none.
            return null;
        }
    }

    private sealed class Decoded(CachedAnswer? answer)
    {
        public CachedAnswer? Answer { get; } = answer;

        public DateTimeOffset UsedAt { get; set; }

        public DateTimeOffset MarkedAt { get; set; }
    }
}
