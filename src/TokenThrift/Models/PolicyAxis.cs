namespace TokenThrift.Models;

/// <summary>One question that a policy asks of a model, with the allowed and the denied answers.</summary>
/// <param name="Name">What is asked for, for people.</param>
/// <param name="Property">The end of the names of the two lists.</param>
/// <param name="Value">The model's answer, or <see langword="null"/> when it is not known.</param>
/// <param name="Allowed">The allowed answers; empty for any.</param>
/// <param name="Denied">The denied answers.</param>
/// <param name="IsPlace">Whether the answers are countries.</param>
internal readonly record struct PolicyAxis(string Name, string Property, string? Value, IList<string> Allowed, IList<string> Denied, bool IsPlace)
{
    private const string Union = "EU";

    private static readonly HashSet<string> Members = new(StringComparer.OrdinalIgnoreCase)
    {
        "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
    };

    public string? Objection()
    {
        string? value = Value;
        if (value is null)
        {
            return Allowed.Count > 0 ? $"its {Name} is not known, and only {string.Join(", ", Allowed)} may be used" : null;
        }

        bool place = IsPlace;
        if (Denied.Any(listed => Covers(listed, value, place) || (place && Covers(value, listed, place))))
        {
            // A model served "in the EU" may be served in any member state, so a denied member state excludes it.
            return $"its {Name} {value} may not be used";
        }

        return Allowed.Count > 0 && !Allowed.Any(listed => Covers(listed, value, place))
            ? $"its {Name} {value} is not among {string.Join(", ", Allowed)}"
            : null;
    }

    public string? Error(string path)
    {
        foreach (string entry in Allowed.Concat(Denied))
        {
            if (string.IsNullOrWhiteSpace(entry) || (IsPlace && !(entry.Length == 2 && entry.All(char.IsAsciiLetter))))
            {
                return IsPlace
                    ? $"{path}Allowed{Property} and {path}Denied{Property} take two-letter ISO 3166 country codes or EU, not '{entry}'."
                    : $"{path}Allowed{Property} and {path}Denied{Property} may hold no blank entry.";
            }
        }

        string? both = Allowed.Intersect(Denied, StringComparer.OrdinalIgnoreCase).FirstOrDefault();
        return both is null ? null : $"{path}Allowed{Property} and {path}Denied{Property} both name '{both}'.";
    }

    private static bool Covers(string listed, string value, bool place) =>
        listed.Equals(value, StringComparison.OrdinalIgnoreCase)
        || (place && listed.Equals(Union, StringComparison.OrdinalIgnoreCase) && Members.Contains(value));
}
