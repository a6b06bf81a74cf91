namespace TokenThrift.Models;

/// <summary>How a provider's prompt cache works, as far as it is published.</summary>
/// <param name="MinimumTokens">The shortest prefix that is cached, in tokens.</param>
/// <param name="TimeToLive">How long an unused prefix stays cached.</param>
/// <param name="NeedsBreakpoints">Whether the caller must mark where the cached prefix ends.</param>
public sealed record PromptCacheRules(int MinimumTokens, TimeSpan TimeToLive, bool NeedsBreakpoints)
{
    /// <summary>Gets the rules that are assumed where the vendor's are not known: 1,024 tokens, five minutes, no marks.</summary>
    public static PromptCacheRules Default { get; } = new(1024, TimeSpan.FromMinutes(5), false);
}
