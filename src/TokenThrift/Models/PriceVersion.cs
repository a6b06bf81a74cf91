using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace TokenThrift.Models;

/// <summary>Names a set of prices by its content.</summary>
internal static class PriceVersion
{
    public static string Of(IEnumerable<ModelInfo> models)
    {
        var text = new StringBuilder();
        foreach (ModelInfo model in models.OrderBy(m => m.Id, StringComparer.Ordinal))
        {
            text.Append(model.Id.ToUpperInvariant());
            Append(text, model.Prices);
            foreach (PriceTier tier in model.Prices.Tiers)
            {
                text.Append(CultureInfo.InvariantCulture, $"|>{tier.AboveInputTokens}");
                Append(text, tier.Prices);
            }

            text.Append('\n');
        }

        return XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text.ToString())).ToString("x16", CultureInfo.InvariantCulture)[..12];
    }

    private static void Append(StringBuilder text, ModelPrices prices) => text.Append(
        CultureInfo.InvariantCulture,
        $"|{prices.Input},{prices.Output},{prices.CachedInput},{prices.CacheWrite},{prices.Reasoning}");
}
