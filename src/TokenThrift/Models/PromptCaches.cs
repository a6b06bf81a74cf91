namespace TokenThrift.Models;

/// <summary>The published rules of the vendors' prompt caches; the write price is in <see cref="ModelPrices.CacheWrite"/>.</summary>
/// <remarks>Where a vendor publishes a range, the end is taken that promises less: the longer minimum, the shorter time to live.</remarks>
internal static class PromptCaches
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    public static PromptCacheRules Of(string vendor, string id)
    {
        if (id.Contains("claude", StringComparison.OrdinalIgnoreCase))
        {
            // docs.anthropic.com, prompt caching: 1,024 for Sonnet up to 4.5 and Opus up to 4.1, 2,048 for Haiku 3, else up to 4,096.
            bool small = Has(id, "sonnet-4-5", "sonnet-4-0", "sonnet-4-2", "sonnet-4@", "opus-4-0", "opus-4-1", "opus-4-2", "opus-4@", "3-5-sonnet", "3-7-sonnet", "3-sonnet", "3-opus");
            return new PromptCacheRules(small ? 1024 : Has(id, "3-haiku", "3-5-haiku") ? 2048 : 4096, FiveMinutes, true);
        }

        if (id.Contains("nova", StringComparison.OrdinalIgnoreCase))
        {
            // docs.aws.amazon.com/bedrock, prompt caching: checkpoints of at least 1,000 tokens, five minutes.
            return new PromptCacheRules(1000, FiveMinutes, true);
        }

        return vendor switch
        {
            // platform.openai.com, prompt caching: from 1,024 tokens, five to ten minutes of inactivity.
            "openai" or "azure" => new PromptCacheRules(1024, FiveMinutes, false),

            // ai.google.dev, implicit caching: 1,024 to 4,096 tokens by model; no time to live is promised.
            "google" or "vertex" => new PromptCacheRules(Has(id, "2.5-flash") ? 1024 : 4096, FiveMinutes, false),

            // api-docs.deepseek.com, context caching: units of 64 tokens, kept for hours at least.
            "deepseek" => new PromptCacheRules(64, TimeSpan.FromHours(1), false),

            // help.aliyun.com, implicit cache: from 256 tokens.
            "alibaba" => new PromptCacheRules(256, FiveMinutes, false),
            _ => PromptCacheRules.Default,
        };
    }

    private static bool Has(string id, params ReadOnlySpan<string> parts)
    {
        foreach (string part in parts)
        {
            if (id.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
