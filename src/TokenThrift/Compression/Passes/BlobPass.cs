using System.Buffers;
using System.Globalization;
using System.Text;

namespace TokenThrift.Compression.Passes;

/// <summary>Replaces long runs of base64 and data URIs, which no model reads, by their kind and size.</summary>
internal sealed class BlobPass : ICompressionPass
{
    private const int ShortestRun = 512;
    private const int Shown = 16;
    private static readonly SearchValues<char> Encoded = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=-");

    public string Name => "blob";

    public bool IsLossless => false;

    public string? Apply(CompressionInput input)
    {
        StringBuilder? result = null;
        int copied = 0;
        for (int start = FindRun(input.Text, 0, out int length); start >= 0; start = FindRun(input.Text, start + length, out length))
        {
            ReadOnlySpan<char> run = input.Text.AsSpan(start, length);
            if (!LooksEncoded(run))
            {
                continue;
            }

            result ??= new StringBuilder();
            result.Append(input.Text, copied, start - copied + Shown);
            result.Append(CultureInfo.InvariantCulture, $"…[{run.Length - Shown} more encoded characters]");
            copied = start + length;
        }

        return result?.Append(input.Text, copied, input.Text.Length - copied).ToString();
    }

    // Encoded bytes mix cases and digits; a long run of one letter or of words does not.
    private static bool LooksEncoded(ReadOnlySpan<char> run)
    {
        ReadOnlySpan<char> sample = run[..Math.Min(run.Length, ShortestRun)];
        int upper = 0;
        int lower = 0;
        int digit = 0;
        foreach (char c in sample)
        {
            upper += char.IsAsciiLetterUpper(c) ? 1 : 0;
            lower += char.IsAsciiLetterLower(c) ? 1 : 0;
            digit += char.IsAsciiDigit(c) ? 1 : 0;
        }

        return digit * 25 >= sample.Length && (lower + upper) * 4 >= sample.Length;
    }

    // A run that is long enough covers every place that is so many characters on; most of these hold something else.
    private static int FindRun(ReadOnlySpan<char> text, int from, out int length)
    {
        while (from + ShortestRun <= text.Length)
        {
            int other = text.Slice(from, ShortestRun).LastIndexOfAnyExcept(Encoded);
            if (other < 0)
            {
                int end = text[from..].IndexOfAnyExcept(Encoded);
                length = end < 0 ? text.Length - from : end;
                return from;
            }

            from += other + 1;
        }

        length = 0;
        return -1;
    }
}
