namespace TokenThrift.Models;

/// <summary>Our own table of who operates an endpoint, whose lab trained a model and where requests are served.</summary>
/// <remarks>
/// Operator: the country of the company that the vendor belongs to, whose law binds it wherever its servers stand.
/// Region: only where the vendor publishes it or the id says it. Whatever is not in the table stays unknown. Reviewed 2026-07.
/// </remarks>
internal static class Jurisdictions
{
    // By the first name that occurs in the id, longest names first where one holds another.
    private static readonly (string Name, string Country)[] Labs =
    [
        ("claude", "US"), ("gpt", "US"), ("codex", "US"), ("text-embedding", "US"), ("gemini", "US"), ("gemma", "US"),
        ("grok", "US"), ("nova", "US"), ("llama", "US"), ("nemotron", "US"), ("palmyra", "US"), ("phi-", "US"),
        ("mistral", "FR"), ("ministral", "FR"), ("magistral", "FR"), ("mixtral", "FR"), ("codestral", "FR"), ("devstral", "FR"),
        ("pixtral", "FR"), ("voxtral", "FR"), ("command", "CA"), ("cohere", "CA"), ("north-mini", "CA"), ("deepseek", "CN"),
        ("qwen", "CN"), ("qwq", "CN"), ("qvq", "CN"), ("minimax", "CN"), ("kimi", "CN"), ("glm", "CN"), ("o1", "US"), ("o3", "US"), ("o4", "US"),
    ];

    public static string? OperatorOf(string vendor) => vendor switch
    {
        "openai" or "anthropic" or "google" or "vertex" or "azure" or "bedrock" or "xai" or "llama" => "US",
        "mistral" => "FR",
        "cohere" => "CA",
        "deepseek" or "alibaba" or "minimax" or "moonshotai" or "zai" or "zhipuai" => "CN",
        _ => null,
    };

    public static string? OriginOf(string id)
    {
        foreach ((string name, string country) in Labs)
        {
            // The short names of OpenAI's reasoning series must stand at the start, the others may follow a host's prefix.
            bool found = name.Length == 2
                ? id.AsSpan(id.LastIndexOf('/') + 1).StartsWith(name, StringComparison.OrdinalIgnoreCase)
                : id.Contains(name, StringComparison.OrdinalIgnoreCase);
            if (found)
            {
                return country;
            }
        }

        return null;
    }

    /// <summary>Returns the region; Bedrock's inference profiles name theirs in the id, and <c>global.</c> says that it is not known.</summary>
    public static string? RegionOf(string vendor, string id) => vendor switch
    {
        // DeepSeek's privacy policy; Mistral's data-residency page (EU by default); the mainland endpoint of Zhipu.
        "deepseek" or "zhipuai" => "CN",
        "mistral" => "EU",
        "bedrock" => id.Split('.')[0] switch
        {
            "eu" => "EU",
            "us" => "US",
            "jp" => "JP",
            "au" => "AU",
            _ => null,
        },
        _ => null,
    };
}
