using System.Globalization;
using System.Text;

namespace TokenThrift.Text;

/// <summary>
/// Brings text that differs only in case, white space, sentence punctuation and Unicode form to one form.
/// </summary>
/// <remarks>
/// The rules are our own and the same on every machine: .NET's own normalisation depends on the ICU library of the
/// machine and does nothing in globalization-invariant mode. Signs that carry meaning stay: <c>C++</c>, <c>C#</c>,
/// <c>-5</c>, <c>3.5</c>, <c>a/b</c>, brackets and code. Accents stay too: <c>resume</c> and <c>résumé</c> differ.
/// </remarks>
public static class TextFolding
{
    /// <summary>Folds text for a comparison of wording.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The folded text; equal for texts that a reader would call the same words.</returns>
    public static string Fold(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string unified = Unify(text);
        if (unified.Contains("```", StringComparison.Ordinal))
        {
            // White space, case and every sign can matter in code.
            return unified.Trim();
        }

        var folded = new StringBuilder(unified.Length);
        for (int i = 0; i < unified.Length; i++)
        {
            char c = unified[i];
            if (char.IsWhiteSpace(c) || IsIdle(unified, i))
            {
                if (folded.Length > 0 && folded[^1] != ' ')
                {
                    folded.Append(' ');
                }
            }
            else if (c != '\'' || !IsInsideWord(unified, i))
            {
                folded.Append(char.ToLowerInvariant(c));
            }
        }

        return folded.ToString().TrimEnd(' ');
    }

    /// <summary>Tells whether two texts are equal after folding.</summary>
    /// <param name="left">One text.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are.</returns>
    public static bool AreEqual(string left, string right) =>
        string.Equals(left, right, StringComparison.Ordinal) || string.Equals(Fold(left), Fold(right), StringComparison.Ordinal);

    /// <summary>Unifies Unicode forms and nothing else: composed letters, full-width forms, quotation marks, dashes, invisible characters.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The unified text.</returns>
    public static string Unify(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var unified = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (Sign(c) is { } sign)
            {
                unified.Append(sign);
            }
            else if (c is >= '\uFF01' and <= '\uFF5E')
            {
                unified.Append((char)(c - '\uFF01' + '!'));
            }
            else if (LatinLetters.TryDecompose(c, out char letter, out char mark))
            {
                unified.Append(letter).Append(mark);
            }
            else if (char.GetUnicodeCategory(c) is not UnicodeCategory.Format)
            {
                unified.Append(c);
            }
        }

        return unified.ToString();
    }

    // Quotation marks, dashes, spaces and ligatures that writers use for the same thing.
    private static string? Sign(char c) => c switch
    {
        '\u2018' or '\u2019' or '\u201B' or '\u02BC' => "'",
        '\u201C' or '\u201D' or '\u201E' or '\u00AB' or '\u00BB' => "\"",
        (>= '\u2010' and <= '\u2014') or '\u2212' => "-",
        '\u00A0' or '\u3000' => " ",
        '\u2026' => "...",
        '\u3002' => ".",
        '\u3001' => ",",
        '\uFB00' => "ff",
        '\uFB01' => "fi",
        '\uFB02' => "fl",
        '\uFB03' => "ffi",
        '\uFB04' => "ffl",
        _ => null,
    };

    // A sign of the sentence rather than of a word: at its end, or opening it.
    private static bool IsIdle(string text, int i)
    {
        switch (text[i])
        {
            case '\u00BF' or '\u00A1':
                return true;
            case '?' or '!' or '.' or ',' or ';' or ':':
                int next = i + 1;
                while (next < text.Length && text[next] is '?' or '!' or '.' or ',' or ';' or ':')
                {
                    next++;
                }

                return i > 0 && (next == text.Length || char.IsWhiteSpace(text[next]));
            default:
                return false;
        }
    }

    private static bool IsInsideWord(string text, int i) =>
        i > 0 && i + 1 < text.Length && char.IsLetter(text[i - 1]) && char.IsLetter(text[i + 1]);
}
