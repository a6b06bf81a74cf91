using System.Text;

namespace TokenThrift.Tokens;

/// <summary>Counts the bytes that text can become at most, since no tokenizer makes more tokens than bytes.</summary>
/// <remarks>
/// Byte-level BPE and SentencePiece with byte fallback never use a token for less than a byte. Before that a tokenizer may
/// normalise: NFC can make 3 bytes of one and NFKC 11 (Unicode FAQ "Normalization", expansion factors); characters that no
/// form lengthens are kept apart, so that ordinary text in any large script keeps a tight bound.
/// </remarks>
/// <param name="Fixed">Bytes that stay as they are.</param>
/// <param name="Growing">Bytes of characters that normalisation may lengthen.</param>
internal readonly record struct TokenBound(long Fixed, long Growing)
{
    /// <summary>The expansion that no Unicode normalisation form exceeds.</summary>
    public const int UnknownNormalisation = 11;

    private const int MarkupPerJsonMark = 4;
    private const int EscapedCharacter = 6;

    public static TokenBound operator +(TokenBound left, TokenBound right) => new(left.Fixed + right.Fixed, left.Growing + right.Growing);

    /// <summary>Bounds text that is sent as it is.</summary>
    public static TokenBound Text(ReadOnlySpan<char> text)
    {
        if (Ascii.IsValid(text))
        {
            return new TokenBound(text.Length, 0);
        }

        long same = 0, growing = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                // Emoji (U+1F400 to U+1FBFF) stay as they are; other pairs may grow.
                (same, growing) = c is '\uD83D' or '\uD83E' ? (same + 4, growing) : (same, growing + 4);
                i++;
                continue;
            }

            int bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            if (KeepsItsLength(c))
            {
                same += bytes;
            }
            else
            {
                growing += bytes;
            }
        }

        return new TokenBound(same, growing);
    }

    /// <summary>Bounds JSON, which a client may escape and a provider may lay out anew.</summary>
    public static TokenBound Json(ReadOnlySpan<char> json)
    {
        long bytes = 0, growing = 0;
        foreach (char c in json)
        {
            switch (c)
            {
                case '{' or '}' or '[' or ']' or ',' or ':':
                    bytes += MarkupPerJsonMark;
                    break;
                case '<' or '>' or '&' or '\'' or '+' or '`' or '"' or '\\' or < ' ' or > '~':
                    bytes += EscapedCharacter;
                    growing += KeepsItsLength(c) ? 0 : 3;
                    break;
                default:
                    bytes++;
                    break;
            }
        }

        return new TokenBound(bytes, growing);
    }

    /// <summary>Returns the tokens that the bytes can make at most.</summary>
    public long Tokens(int expansion) => Fixed + (Growing * expansion);

    // Ranges in which no character has a decomposition that is longer in UTF-8, under NFC or NFKC.
    private static bool KeepsItsLength(char c) => c switch
    {
        < '\u0080' => true,
        >= '\u00C0' and <= '\u00FF' => true,
        >= '\u0391' and <= '\u03A1' or >= '\u03A3' and <= '\u03A9' or >= '\u03B1' and <= '\u03C9' => true,
        >= '\u0400' and <= '\u045F' => true,
        >= '\u05D0' and <= '\u05EA' => true,
        >= '\u0621' and <= '\u064A' => true,
        >= '\u0905' and <= '\u0928' or >= '\u092A' and <= '\u0930' => true,
        >= '\u0E01' and <= '\u0E32' => true,
        >= '\u2010' and <= '\u2016' or >= '\u2018' and <= '\u2022' or '\u2026' => true,
        >= '\u3001' and <= '\u3029' => true,
        >= '\u3041' and <= '\u3096' or >= '\u30A1' and <= '\u30FA' => true,
        >= '\u4E00' and <= '\u9FFF' => true,
        >= '\uAC00' and <= '\uD7A3' => true,
        >= '\uFF01' and <= '\uFF5E' => true,
        _ => false,
    };
}
