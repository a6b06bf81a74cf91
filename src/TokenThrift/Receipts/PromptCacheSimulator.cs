using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>
/// Simulates a provider's prompt cache from its published rules: the longest prefix of whole pieces that was sent within
/// the time to live is read from the cache, if it is long enough. Safe for concurrent use; its memory is bounded.
/// </summary>
/// <param name="capacity">The prefixes that are remembered.</param>
internal sealed class PromptCacheSimulator(int capacity = 100_000)
{
    private const int RefreshedFromStart = 8;
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, DateTimeOffset> _freshUntil = [];

    /// <summary>Sends a prompt.</summary>
    /// <param name="model">The model, each of which has a cache of its own.</param>
    /// <param name="shape">The prompt.</param>
    /// <param name="now">The time.</param>
    /// <returns>The tokens of the prompt that the cache serves.</returns>
    public long Send(ModelInfo model, PromptShape shape, DateTimeOffset now)
    {
        UInt128 salt = MessageHash.Of(model.Id);
        lock (_lock)
        {
            int matched = Longest(salt, shape, now);
            long served = Prefix(shape, matched);
            DateTimeOffset until = now + model.PromptCache.TimeToLive;
            for (int i = 0; i < shape.Keys.Count; i++)
            {
                // A hit renews all of its prefixes; the first few are those that other conversations share.
                if (i < RefreshedFromStart || i >= matched)
                {
                    _freshUntil[MessageHash.Chain(salt, shape.Keys[i])] = until;
                }
            }

            Trim(now);
            return served >= model.PromptCache.MinimumTokens ? served : 0;
        }
    }

    /// <summary>Says what the cache would serve, without sending.</summary>
    /// <param name="model">The model.</param>
    /// <param name="shape">The prompt.</param>
    /// <param name="now">The time.</param>
    /// <returns>The tokens of the prompt that the cache would serve.</returns>
    public long Peek(ModelInfo model, PromptShape shape, DateTimeOffset now)
    {
        UInt128 salt = MessageHash.Of(model.Id);
        lock (_lock)
        {
            long served = Prefix(shape, Longest(salt, shape, now));
            return served >= model.PromptCache.MinimumTokens ? served : 0;
        }
    }

    private int Longest(UInt128 salt, PromptShape shape, DateTimeOffset now)
    {
        for (int i = shape.Keys.Count - 1; i >= 0; i--)
        {
            if (_freshUntil.TryGetValue(MessageHash.Chain(salt, shape.Keys[i]), out DateTimeOffset until) && until >= now)
            {
                return i;
            }
        }

        return -1;
    }

    private static long Prefix(PromptShape shape, int last)
    {
        long tokens = 0;
        for (int i = 0; i <= last; i++)
        {
            tokens += shape.Tokens[i];
        }

        return tokens;
    }

    private void Trim(DateTimeOffset now)
    {
        if (_freshUntil.Count <= capacity)
        {
            return;
        }

        foreach (UInt128 key in _freshUntil.Where(entry => entry.Value < now).Select(entry => entry.Key).ToArray())
        {
            _freshUntil.Remove(key);
        }

        if (_freshUntil.Count > capacity)
        {
            // Every prefix is fresh: forget the older half, so that trimming stays rare.
            foreach (UInt128 key in _freshUntil.OrderBy(entry => entry.Value).Take(_freshUntil.Count - (capacity / 2)).Select(entry => entry.Key).ToArray())
            {
                _freshUntil.Remove(key);
            }
        }
    }
}
