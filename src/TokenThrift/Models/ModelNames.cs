using System.Text.RegularExpressions;

namespace TokenThrift.Models;

/// <summary>The other names under which requests and responses know a model.</summary>
internal static partial class ModelNames
{
    /// <summary>Makes the aliases of a set of models; a name that could mean two models means none.</summary>
    public static Dictionary<string, ModelInfo> Aliases(IReadOnlyDictionary<string, ModelInfo> models)
    {
        var candidates = new List<(string Alias, ModelInfo Model)>();
        foreach (ModelInfo model in models.Values)
        {
            if (model.Vendor is { } vendor)
            {
                foreach (string prefix in Prefixes(vendor))
                {
                    candidates.Add((prefix + model.Id, model));
                    if (model.Id.StartsWith(vendor + "/", StringComparison.OrdinalIgnoreCase))
                    {
                        // A host's entry: its own prefix in another spelling.
                        candidates.Add((prefix + model.Id[(vendor.Length + 1)..], model));
                    }
                }
            }

            // One dated entry alone also answers to its undated name.
            if (WithoutDate(model.Id) is { } undated)
            {
                candidates.Add((undated, model));
                candidates.AddRange(Prefixes(model.Vendor).Select(prefix => (prefix + undated, model)));
            }
        }

        return candidates
            .Where(c => !models.ContainsKey(c.Alias))
            .GroupBy(c => c.Alias, StringComparer.OrdinalIgnoreCase)
            .Where(g => g.DistinctBy(c => c.Model.Id).Count() == 1)
            .ToDictionary(g => g.Key, g => g.First().Model, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Removes a whole date (with year, month and day) from the end of an id.</summary>
    /// <returns>The id without it, or <see langword="null"/> when there is none.</returns>
    public static string? WithoutDate(string id)
    {
        Match match = DateSuffix().Match(id);
        return match.Success && match.Index > 0 ? id[..match.Index] : null;
    }

    private static string[] Prefixes(string? vendor) => vendor switch
    {
        null => [],
        "google" => ["google/", "gemini/", "models/"],
        "vertex" => ["vertex/", "vertex_ai/", "google-vertex/"],
        "bedrock" => ["bedrock/", "amazon-bedrock/", "amazon/"],
        "alibaba" => ["alibaba/", "dashscope/"],
        "moonshotai" => ["moonshotai/", "moonshot/"],
        _ => [vendor + "/"],
    };

    // gpt-5.5-2026-04-01, claude-haiku-4-5-20251001, claude-haiku-4-5@20251001. A four-digit stamp (mistral-large-2411)
    // names a version with a price of its own and is no date here.
    [GeneratedRegex(@"[-@](?:20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$", RegexOptions.CultureInvariant)]
    private static partial Regex DateSuffix();
}
