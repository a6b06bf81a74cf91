using System.Buffers;
using TokenThrift.Requests;

namespace TokenThrift.Compression.Passes;

/// <summary>Tells from a tool call whether its result is the content of a file, which an agent may later edit by exact quotation.</summary>
internal static class FileContent
{
    private const int LongestExtension = 6;
    private static readonly SearchValues<char> Parts = SearchValues.Create(" \t\n\"'|<>;&(){}[],");
    private static readonly SearchValues<char> Breaks = SearchValues.Create(" \t\n|<>;&*?$`(){}[]");

    /// <summary>Returns the first argument that is a path with a file extension and nothing else, or <see langword="null"/>.</summary>
    public static string? PathOf(IDictionary<string, object?>? arguments) =>
        arguments?.Values.Select(ContentText.Of).FirstOrDefault(IsPath);

    /// <summary>Says whether the arguments of a call, a command perhaps, name a file anywhere, so that its content may be what came back. The address of a page is none.</summary>
    /// <param name="arguments">The arguments as JSON, or <see langword="null"/>.</param>
    public static bool IsReadBy(string? arguments)
    {
        if (arguments is null)
        {
            return false;
        }

        foreach (Range part in arguments.AsSpan().SplitAny(Parts))
        {
            if (IsPath(arguments[part]))
            {
                return true;
            }
        }

        return false;
    }

    internal static bool IsPath(string text)
    {
        if (text.Length is < 3 or > 260 || text.AsSpan().ContainsAny(Breaks) || text.Contains("://", StringComparison.Ordinal) || text.Contains('@', StringComparison.Ordinal))
        {
            return false;
        }

        ReadOnlySpan<char> extension = Path.GetExtension(text.AsSpan());
        return extension.Length > 1 && extension.Length <= LongestExtension + 1 && char.IsAsciiLetter(extension[1]);
    }
}
