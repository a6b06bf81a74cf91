using System.Globalization;

namespace TokenThrift.Models;

/// <summary>Reads the catalogue that is embedded in the assembly (made by <c>Snapshot/make_snapshot.py</c>).</summary>
internal static class ModelSnapshot
{
    public static IReadOnlyList<ModelInfo> Load()
    {
        using Stream stream = typeof(ModelSnapshot).Assembly.GetManifestResourceStream("TokenThrift.Models.tsv")
            ?? throw new InvalidOperationException("The embedded model catalogue is missing.");
        using var reader = new StreamReader(stream);
        return Read(reader);
    }

    internal static List<ModelInfo> Read(TextReader reader)
    {
        DateOnly? date = null;
        var models = new List<ModelInfo>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                date = line.StartsWith("# date=", StringComparison.Ordinal)
                    ? DateOnly.ParseExact(line["# date=".Length..], "yyyy-MM-dd", CultureInfo.InvariantCulture)
                    : date;
            }
            else if (line.Length > 0)
            {
                models.Add(Row(line.Split('\t'), date));
            }
        }

        return models;
    }

    private static ModelInfo Row(string[] cells, DateOnly? date)
    {
        string id = cells[0];
        string vendor = cells[1];
        return new ModelInfo(id)
        {
            Vendor = vendor,
            DisplayName = cells[2].Length > 0 ? cells[2] : null,
            Family = cells[3].Length > 0 ? cells[3] : null,
            Prices = Prices(cells[4]) with { Tiers = Tiers(cells[5]) },
            PricedOn = date,
            ContextTokens = Number(cells[6]),
            MaxInputTokens = Number(cells[7]),
            MaxOutputTokens = Number(cells[8]),
            Capabilities = Capabilities(cells[9], vendor, id),
            IsDeprecated = cells[10] == "deprecated",
            Jurisdiction = Jurisdictions.OperatorOf(vendor),
            Origin = Jurisdictions.OriginOf(id),
            Region = Jurisdictions.RegionOf(vendor, id),
            PromptCache = PromptCaches.Of(vendor, id),
        };
    }

    private static ModelPrices Prices(string cell)
    {
        string[] parts = cell.Split(',');
        long? At(int i) => i < parts.Length ? Number(parts[i]) : null;
        return new ModelPrices(At(0), At(1)) { CachedInput = At(2), CacheWrite = At(3), Reasoning = At(4) };
    }

    private static PriceTier[] Tiers(string cell) => cell.Length == 0
        ? []
        : [.. cell.Split(';').Select(tier => tier.Split(':')).Select(tier => new PriceTier(Number(tier[0])!.Value, Prices(tier[1])))];

    private static long? Number(string text) => text.Length == 0 ? null : long.Parse(text, CultureInfo.InvariantCulture);

    private static ModelCapabilities Capabilities(string cell, string vendor, string id)
    {
        ModelCapabilities all = ModelCapabilities.None;
        foreach (string word in cell.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            all |= word switch
            {
                "tools" => ModelCapabilities.Tools,
                "structured" => ModelCapabilities.StructuredOutput,
                "vision" => ModelCapabilities.Vision,
                "audio" => ModelCapabilities.Audio,
                "files" => ModelCapabilities.Files,
                "reasoning" => ModelCapabilities.Reasoning,
                "temperature" => ModelCapabilities.Temperature,
                "embeddings" => ModelCapabilities.Embeddings,
                _ => throw new FormatException($"Unknown capability '{word}' in the model catalogue."),
            };
        }

        return all.HasFlag(ModelCapabilities.Tools) && ParallelToolCalls.AreKnownOf(vendor, id) ? all | ModelCapabilities.ParallelTools : all;
    }
}
