using System.Globalization;
using System.Text.RegularExpressions;
using TokenThrift.Text;

namespace TokenThrift.Caching;

/// <summary>What a question holds that its answer hangs on.</summary>
internal sealed partial class QuestionParts
{
    private QuestionParts()
    {
    }

    public HashSet<string> Literals { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Identifiers { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the numbers, written out ones among them.</summary>
    public HashSet<string> Numbers { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Units { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets how many words deny.</summary>
    public int Negations { get; private set; }

    /// <summary>Gets all words, lower-case.</summary>
    public HashSet<string> Words { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the words that are not the language's commonest, stemmed, in order.</summary>
    public List<string> Content { get; } = [];

    /// <summary>Gets the words with a capital letter that does not come from opening a sentence, lower-case.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    public static QuestionParts Of(string question)
    {
        var parts = new QuestionParts();
        string text = TextFolding.Unify(question);
        text = Literal().Replace(text, match =>
        {
            parts.Literals.Add(match.Value.Trim('"', '`', '.', ',', '?', '!', ';', ':', ')').ToLowerInvariant());
            return " ";
        });
        foreach (Match match in Word().Matches(text))
        {
            parts.Add(match.Value, text, match.Index);
        }

        foreach (char c in text)
        {
            // In Chinese and Japanese a character may be a word.
            if (TextTerms.IsUnspaced(c))
            {
                parts.Words.Add(c.ToString());
                parts.Negations += c is '不' or '没' or '無' or '无' ? 1 : 0;
            }
        }

        parts.Content.AddRange(TextTerms.Of(text));
        return parts;
    }

    private void Add(string written, string text, int index)
    {
        string word = written.ToLowerInvariant();
        if (char.IsDigit(word[0]) || word[0] == '-')
        {
            AddNumber(word, index > 0 && text[index - 1] is not ' ' ? text[index - 1] : ' ');
            return;
        }

        if (word.Any(char.IsDigit))
        {
            Identifiers.Add(word);
            return;
        }

        Words.Add(word);
        if (QuestionWords.Number(word) is { } number)
        {
            Numbers.Add(number);
        }

        if (QuestionWords.Unit(word) is { } unit)
        {
            Units.Add(unit);
        }

        Negations += QuestionWords.IsNegation(word) ? 1 : 0;
        bool opens = index == 0 || text[..index].TrimEnd() is [.., '.' or '?' or '!' or ':' or '\n' or '"' or '-' or '('] || text[..index].Trim().Length == 0;
        bool isName = char.IsUpper(written[0]) && written.Length > 1 && !TextTerms.IsStopWord(word);
        if (isName && (!opens || written.Skip(1).Any(char.IsUpper)))
        {
            Names.Add(word);
        }
    }

    // 3.12, 2.4.1 and 1,000 are one number; 5kg is a number and a unit; 20k is a number; 2nd is 2; 64-bit is 64.
    private void AddNumber(string word, char before)
    {
        int digits = 1;
        while (digits < word.Length && (char.IsDigit(word[digits]) || (word[digits] is '.' or ',' && digits + 1 < word.Length && char.IsDigit(word[digits + 1]))))
        {
            digits++;
        }

        string number = word[..digits].Replace(",", string.Empty, StringComparison.Ordinal);
        string rest = word[digits..];
        if (number[0] == '-' && char.IsLetterOrDigit(before))
        {
            number = number[1..];
        }

        if (rest.Length > 0 && rest is not ("st" or "nd" or "rd" or "th"))
        {
            if (QuestionWords.Unit(rest) is { } unit)
            {
                Units.Add(unit);
            }
            else
            {
                number += rest;
            }
        }

        Numbers.Add(decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal value)
            ? (value / 1.000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture)
            : number);
    }

    // Quoted text, addresses, mail addresses, paths.
    [GeneratedRegex("""
        `[^`]+`|"[^"]+"|https?://\S+|[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)(?:[A-Za-z]:\\|\.{0,2}/)[\w.-]+(?:[/\\][\w.-]+)*
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Literal();

    // A number with its sign and its unit, or a word with its apostrophe, its plus signs, its numbers.
    [GeneratedRegex(@"(?<![\w.])-?\d[\d.,]*\d[a-zA-Z%]*|(?<![\w.])-?\d[a-zA-Z%]*|[\p{L}][\p{L}\p{M}\d]*(?:[.'][\p{L}\d]+)*[+#]*", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
