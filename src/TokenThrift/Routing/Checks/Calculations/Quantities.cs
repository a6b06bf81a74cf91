namespace TokenThrift.Routing;

/// <summary>The quantities that a question gives, in digits or in English words.</summary>
internal static class Quantities
{
    private static readonly Dictionary<string, double> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["two"] = 2,
        ["three"] = 3,
        ["four"] = 4,
        ["five"] = 5,
        ["six"] = 6,
        ["seven"] = 7,
        ["eight"] = 8,
        ["nine"] = 9,
        ["ten"] = 10,
        ["eleven"] = 11,
        ["twelve"] = 12,
        ["fifteen"] = 15,
        ["twenty"] = 20,
        ["thirty"] = 30,
        ["forty"] = 40,
        ["fifty"] = 50,
        ["sixty"] = 60,
        ["hundred"] = 100,
        ["twice"] = 2,
        ["double"] = 2,
        ["doubled"] = 2,
        ["thrice"] = 3,
        ["triple"] = 3,
        ["tripled"] = 3,
        ["half"] = 0.5,
        ["third"] = 1.0 / 3,
        ["quarter"] = 0.25,
        ["dozen"] = 12,
    };

    private static readonly Dictionary<string, double>.AlternateLookup<ReadOnlySpan<char>> Lookup = Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Finds the numbers written in digits.</summary>
    public static double[] InDigits(string text) =>
        [.. CalculationToken.Read(text).Where(t => t.Kind == CalculationTokenKind.Number).Select(t => t.Number)];

    /// <summary>Finds the numbers written in words. "One" is left out: it is seldom a number.</summary>
    public static List<double> InWords(ReadOnlySpan<char> text)
    {
        var found = new List<double>();
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetter(text[i]))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                if (Lookup.TryGetValue(text[start..i], out double value))
                {
                    found.Add(value);
                }

                start = -1;
            }
        }

        return found;
    }
}
