using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TokenThrift.Compression.Passes;

/// <summary>Replaces long runs of base64 and data URIs, which no model reads, by their kind and size.</summary>
internal sealed partial class BlobPass : ICompressionPass
{
    private const int ShortestRun = 512;
    private const int Shown = 16;

    public string Name => "blob";

    public bool IsLossless => false;

    public string? Apply(CompressionInput input)
    {
        StringBuilder? result = null;
        int copied = 0;
        foreach (ValueMatch match in Run().EnumerateMatches(input.Text))
        {
            ReadOnlySpan<char> run = input.Text.AsSpan(match.Index, match.Length);
            if (run.Length < ShortestRun || !LooksEncoded(run))
            {
                continue;
            }

            result ??= new StringBuilder();
            result.Append(input.Text, copied, match.Index - copied + Shown);
            result.Append(CultureInfo.InvariantCulture, $"…[{run.Length - Shown} more encoded characters]");
            copied = match.Index + match.Length;
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

    [GeneratedRegex("[A-Za-z0-9+/_=-]{512,}", RegexOptions.CultureInvariant)]
    private static partial Regex Run();
}
