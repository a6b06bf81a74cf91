using Microsoft.Extensions.AI;
using TokenThrift.Compression.Passes;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.References;

/// <summary>
/// Many tools acknowledge a call in one line that says an argument again, most often a long path. The argument stands right
/// before it in the prompt and is never removed, so its name is enough.
/// </summary>
internal static class ArgumentEcho
{
    public const string PassName = "echo";

    // In characters: what is shorter takes hardly more tokens than the name; what is longer is no acknowledgement.
    private const int ShortestArgument = 24;
    private const int LongestResult = 400;

    /// <summary>Writes the name of an argument in its place, if the result is one line that holds it once and gets smaller.</summary>
    /// <param name="result">The result as the passes left it.</param>
    /// <param name="call">The call that it answers.</param>
    /// <param name="counter">The counter, uncalibrated.</param>
    public static PassPipeline.Rewrite Shorten(PassPipeline.Rewrite result, FunctionCallContent? call, ITokenCounter counter)
    {
        string text = result.Text;
        if (text.Length is < ShortestArgument or > LongestResult || text.Contains('\n', StringComparison.Ordinal) || text.Contains("[argument ", StringComparison.Ordinal))
        {
            return result;
        }

        foreach ((string name, object? value) in call?.Arguments ?? new Dictionary<string, object?>())
        {
            string argument = ContentText.Of(value);
            int at = argument.Length < ShortestArgument ? -1 : text.IndexOf(argument, StringComparison.Ordinal);
            if (at < 0 || !IsWhole(text, at, argument.Length) || text.AsSpan(at + argument.Length).Contains(argument, StringComparison.Ordinal))
            {
                continue;
            }

            string shorter = $"{text[..at]}[argument {name}]{text[(at + argument.Length)..]}";
            int tokens = counter.CountText(shorter);
            if (tokens < result.Tokens)
            {
                return result with { Text = shorter, Tokens = tokens, Saved = [.. result.Saved, new(PassName, result.Tokens - tokens)] };
            }
        }

        return result;
    }

    // Not the beginning of a longer path, or the end of one.
    private static bool IsWhole(string text, int at, int length)
    {
        int end = at + length;
        bool isEndOfSentence = end < text.Length && text[end] == '.' && (end + 1 == text.Length || char.IsWhiteSpace(text[end + 1]));
        return (at == 0 || !IsPart(text[at - 1])) && (end == text.Length || isEndOfSentence || !IsPart(text[end]));
    }

    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '/' or '\\' or '.';
}
