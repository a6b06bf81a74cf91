using System.Collections.Frozen;

namespace TokenThrift.Models;

/// <summary>The member states of the European Union, by ISO 3166 code.</summary>
internal static class EuropeanUnion
{
    private static readonly FrozenSet<string> Members = new[]
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
        "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "EU",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool Has(string country) => Members.Contains(country);
}
