using System.Globalization;

namespace TokenThrift.Routing;

/// <summary>Reads the quantities of a text, in digits or in English words.</summary>
internal static class Quantities
{
    private static readonly string[] UpToNineteen =
    [
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    private static readonly string[] PartNames = ["third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

    private static readonly (string Word, double Value)[] Others =
        [("dozen", 12), ("twice", 2), ("double", 2), ("doubled", 2), ("thrice", 3), ("triple", 3), ("tripled", 3), ("half", 0.5)];

    private static readonly Dictionary<string, double> Words =
        UpToNineteen.Select((word, i) => (word, (double)(i + 2))).Concat(Tens.Select((word, i) => (word, (i + 2) * 10.0))).Concat(Others)
            .ToDictionary(w => w.Item1, w => w.Item2, StringComparer.Ordinal);

    // "A third of them", "one-third", "two thirds"; "the third day" counts nothing.
    private static readonly Dictionary<string, double> Parts =
        PartNames.Select((name, i) => (name, 1.0 / (i + 3))).Append(("quarter", 0.25))
            .SelectMany(p => new[] { p, (p.Item1 + "s", p.Item2) }).ToDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);

    private static readonly Dictionary<string, double> Scales = new(StringComparer.Ordinal) { ["hundred"] = 100, ["thousand"] = 1_000, ["million"] = 1_000_000 };

    /// <summary>Finds the numbers written in digits.</summary>
    public static double[] InDigits(string text) =>
        [.. CalculationToken.Read(text).Where(t => t.Kind == CalculationTokenKind.Number).Select(t => t.Number)];

    /// <summary>Finds the quantities of a question. "One" is left out: it is seldom a number. The same number of the same thing counts once.</summary>
    public static IReadOnlyList<Quantity> Read(string text)
    {
        List<(string Word, int At)> words = Split(text);
        var found = new List<Quantity>();
        int last = -2;
        for (int i = 0; i < words.Count; i++)
        {
            (string word, int at) = words[i];
            string next = Word(i + 1);
            bool followsNumber = last == i - 1 && found.Count > 0;
            if (TryNumber(word, out double number))
            {
                if (next == "/" && TryNumber(Word(i + 2), out double parts) && parts > 0)
                {
                    Find(number / parts, at, isWord: false, i += 2);
                }
                else if (next is "%" or "percent")
                {
                    Find(number / 100, at, isWord: false, ++i);
                }
                else if (next is not ("st" or "nd" or "rd" or "th"))
                {
                    Find(number, at, isWord: false, i);
                }
            }
            else if (Words.TryGetValue(word, out double value))
            {
                // Twenty-five; two dozen.
                bool joins = followsNumber && found[^1].IsWord && found[^1].Value is >= 20 and < 100 && value < 10;
                Find(joins ? found[^1].Value + value : value, at, isWord: true, i, joins);
            }
            else if (followsNumber && Scales.TryGetValue(word, out double scale))
            {
                Find(found[^1].Value * scale, found[^1].At, found[^1].IsWord, i, joins: true);
            }
            else if (Parts.TryGetValue(word, out double part) && (followsNumber || Word(i - 1) is "a" or "one"))
            {
                Find(followsNumber ? found[^1].Value * part : part, at, isWord: true, i, followsNumber);
            }
        }

        return [.. found.DistinctBy(q => (q.Value, q.Unit))];

        string Word(int i) => i >= 0 && i < words.Count ? words[i].Word : string.Empty;

        void Find(double value, int at, bool isWord, int end, bool joins = false)
        {
            if (joins)
            {
                found.RemoveAt(found.Count - 1);
            }

            found.Add(new Quantity(value, Word(end + 1).TrimEnd('s'), at, isWord));
            last = end;
        }
    }

    private static bool TryNumber(string word, out double number)
    {
        number = 0;
        return word.Length > 0 && (char.IsAsciiDigit(word[0]) || word[0] == '.')
            && double.TryParse(word.Replace(",", string.Empty, StringComparison.Ordinal), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    // Words, numbers, and the marks that belong to numbers.
    private static List<(string Word, int At)> Split(string text)
    {
        var words = new List<(string, int)>();
        int i = 0;
        while (i < text.Length)
        {
            int start = i;
            char c = text[i];
            if (char.IsAsciiDigit(c) || (c == '.' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1])))
            {
                while (i < text.Length && (char.IsAsciiDigit(text[i]) || (text[i] is '.' or ',' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))))
                {
                    i++;
                }

                words.Add((text[start..i], start));
            }
            else if (char.IsLetter(c))
            {
                while (i < text.Length && char.IsLetter(text[i]))
                {
                    i++;
                }

                words.Add((text[start..i].ToLowerInvariant(), start));
            }
            else
            {
                i++;
                if (c is '/' or '%')
                {
                    words.Add((c.ToString(), start));
                }
            }
        }

        return words;
    }
}
