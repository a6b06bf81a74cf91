using Microsoft.ML.Tokenizers;

namespace TokenThrift.Tokens;

/// <summary>OpenAI's o200k encoding; one for the process, since the vocabulary is large.</summary>
internal static class O200k
{
    private const string SpecialStart = "<|endof";

    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    public static int Count(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        // The tokenizer reads "<|endoftext|>" as one special token, but providers read it in a message as the plain text
        // that it is, which takes several. Nobody may shrink his bill by writing it.
        return text.Contains(SpecialStart, StringComparison.Ordinal)
            ? Tokenizer.Value.CountTokens(text.ToString().Replace(SpecialStart, "<| endof", StringComparison.Ordinal))
            : Tokenizer.Value.CountTokens(text);
    }
}
