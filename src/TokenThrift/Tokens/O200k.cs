using System.Collections.Concurrent;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace TokenThrift.Tokens;

/// <summary>OpenAI's o200k encoding; one for the process, since the vocabulary is large. Safe for concurrent use.</summary>
internal static class O200k
{
    private const string SpecialStart = "<|endof";

    // A longer piece is seldom met again.
    private const int LongestRemembered = 32;
    private const int MostRemembered = 65_536;

    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));
    private static readonly ConcurrentDictionary<string, int> Pieces = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Known = Pieces.GetAlternateLookup<ReadOnlySpan<char>>();
    private static int _remembered;

    public static int Count(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        // The tokenizer reads "<|endoftext|>" as one special token, but providers read it in a message as the plain text
        // that it is, which takes several. Nobody may shrink his bill by writing it.
        if (text.Contains(SpecialStart, StringComparison.Ordinal))
        {
            text = text.ToString().Replace(SpecialStart, "<| endof", StringComparison.Ordinal);
        }

        return Ascii.IsValid(text) ? CountPieces(text) : Tokenizer.Value.CountTokens(text);
    }

    private static int CountPieces(ReadOnlySpan<char> text)
    {
        int tokens = 0;
        for (int start = 0; start < text.Length;)
        {
            int end = O200kWords.Next(text, start);
            tokens = checked(tokens + CountPiece(text[start..end]));
            start = end;
        }

        return tokens;
    }

    private static int CountPiece(ReadOnlySpan<char> piece)
    {
        if (piece.Length == 1)
        {
            return 1;
        }

        if (piece.Length > LongestRemembered)
        {
            return Encode(piece);
        }

        if (!Known.TryGetValue(piece, out int tokens))
        {
            tokens = Encode(piece);
            if (Interlocked.Increment(ref _remembered) > MostRemembered)
            {
                // Only a memory: forgetting costs time, never a token.
                Interlocked.Exchange(ref _remembered, 1);
                Pieces.Clear();
            }

            Known[piece] = tokens;
        }

        return tokens;
    }

    private static int Encode(ReadOnlySpan<char> piece) => Tokenizer.Value.CountTokens(piece, considerPreTokenization: false, considerNormalization: false);
}
