using Microsoft.Extensions.AI;

namespace TokenThrift.Receipts;

/// <summary>The tokens of one call by kind, as plain numbers that nobody changes later.</summary>
/// <remarks>
/// Microsoft.Extensions.AI's contract holds: cached and cache-write tokens are part of the input, reasoning tokens are
/// part of the output. <see cref="UsageDetails"/> objects are mutated in place by the function loop, so a snapshot is
/// taken at once.
/// </remarks>
/// <param name="Input">All input tokens.</param>
/// <param name="Output">All output tokens.</param>
public readonly record struct TokenUsage(long Input, long Output)
{
    // No call comes near it; a provider's nonsense must not overflow what is added up.
    private const long MostTokens = 1L << 40;

    /// <summary>Gets the part of <see cref="Input"/> that the provider's prompt cache served.</summary>
    public long CachedInput { get; init; }

    /// <summary>Gets the part of <see cref="Input"/> that was written to the provider's prompt cache.</summary>
    public long CacheWrite { get; init; }

    /// <summary>Gets the part of <see cref="Output"/> that was reasoning.</summary>
    public long Reasoning { get; init; }

    /// <summary>Adds two usages kind by kind.</summary>
    /// <param name="left">One usage.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static TokenUsage operator +(TokenUsage left, TokenUsage right) => Add(left, right);

    /// <summary>Adds two usages kind by kind.</summary>
    /// <param name="left">One usage.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static TokenUsage Add(TokenUsage left, TokenUsage right) => checked(new(left.Input + right.Input, left.Output + right.Output)
    {
        CachedInput = left.CachedInput + right.CachedInput,
        CacheWrite = left.CacheWrite + right.CacheWrite,
        Reasoning = left.Reasoning + right.Reasoning,
    });

    /// <summary>Takes a snapshot of what a provider reported.</summary>
    /// <param name="usage">The reported usage, or <see langword="null"/>.</param>
    /// <returns>The snapshot, or <see langword="null"/> when nothing usable was reported; missing usage is never zero.</returns>
    public static TokenUsage? From(UsageDetails? usage)
    {
        if (usage is null || (usage.InputTokenCount is null && usage.OutputTokenCount is null))
        {
            return null;
        }

        // A half that is left out is what the total says beyond the other half.
        long input = Bounded(usage.InputTokenCount ?? (Bounded(usage.TotalTokenCount) - Bounded(usage.OutputTokenCount)));
        long output = Bounded(usage.OutputTokenCount ?? (Bounded(usage.TotalTokenCount) - input));
        long cached = Bounded(usage.CachedInputTokenCount);
        long written = Bounded(CacheWriteOf(usage));
        if (cached + written > input)
        {
            // The adapter reports the kinds side by side rather than as parts of the whole (Anthropic's own form).
            input += cached + written;
        }

        return new TokenUsage(input, output)
        {
            CachedInput = cached,
            CacheWrite = written,
            Reasoning = Math.Clamp(usage.ReasoningTokenCount ?? 0, 0, output),
        };
    }

    private static long Bounded(long? reported) => Math.Clamp(reported ?? 0, 0, MostTokens);

    private static long CacheWriteOf(UsageDetails usage)
    {
        if (usage.AdditionalCounts is { } counts)
        {
            foreach ((string name, long count) in counts)
            {
                if (name.Equals("CacheCreationInputTokens", StringComparison.OrdinalIgnoreCase)
                    || name.Equals("cache_creation_input_tokens", StringComparison.OrdinalIgnoreCase)
                    || name.Equals("CacheWriteTokenCount", StringComparison.OrdinalIgnoreCase))
                {
                    return count;
                }
            }
        }

        return 0;
    }
}
