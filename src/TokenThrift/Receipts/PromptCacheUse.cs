using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Says how the input of a call divides between a vendor's prompt cache and the rest, where nothing has reported it yet.</summary>
internal static class PromptCacheUse
{
    /// <summary>
    /// Divides the input of a call. What the cache does not hold is written to it, at the price of a write, where the
    /// call uses the cache, the prompt is long enough, and the vendor charges for writing.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="usage">The usage, undivided.</param>
    /// <param name="cached">The tokens that the cache is expected to hold; not counted where the call does not use it.</param>
    /// <param name="isUsed">Whether the call uses the cache.</param>
    public static TokenUsage Divide(ModelInfo model, TokenUsage usage, long cached, bool isUsed)
    {
        long read = isUsed ? Math.Min(usage.Input, cached) : 0;
        bool writes = isUsed && usage.Input >= model.PromptCache.MinimumTokens && model.Prices.ForInput(usage.Input).CacheWrite is not null;
        return usage with { CachedInput = read, CacheWrite = writes ? usage.Input - read : 0 };
    }
}
