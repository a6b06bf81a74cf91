namespace TokenThrift.Models;

/// <summary>Says which models call several tools in one answer, by their vendors' documentation; the export that the catalogue is made from does not say.</summary>
internal static class ParallelToolCalls
{
    /// <summary>Says whether a model that calls tools is known to call several at once.</summary>
    public static bool AreKnownOf(string vendor, string id) => vendor switch
    {
        // OpenAI's o-series refuses the parameter.
        "openai" => !IsSeriesO(id),
        "azure" => id.Contains("gpt-", StringComparison.Ordinal) || id.Contains("claude", StringComparison.Ordinal),
        "anthropic" or "google" or "mistral" or "xai" => true,
        "bedrock" or "vertex" => id.Contains("claude", StringComparison.Ordinal) || id.Contains("gemini", StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsSeriesO(string id) => id.Length > 1 && id[0] == 'o' && char.IsAsciiDigit(id[1]);
}
