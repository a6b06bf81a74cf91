using System.Buffers;
using System.Text;

namespace TokenThrift.Compression.Passes;

/// <summary>Writes a long list of paths with each folder once: a line that ends in a slash, and indented under it the names in that folder.</summary>
internal sealed class PathsPass : ICompressionPass
{
    private const int LinesFrom = 40;
    private const string Indent = " ";
    private static readonly SearchValues<char> Breaks = SearchValues.Create(" \t\r:\"'<>|;,=()");

    public string Name => "paths";

    public bool IsLossless => true;

    public string? Apply(CompressionInput input)
    {
        string body = input.Text.TrimEnd('\n');
        int lines = body.AsSpan().Count('\n') + 1;
        if (input.IsVerbatim || lines < LinesFrom || !IsList(body, lines))
        {
            return null;
        }

        var result = new StringBuilder(body.Length);
        ReadOnlySpan<char> folder = default;
        foreach (ReadOnlySpan<char> line in body.AsSpan().EnumerateLines('\n'))
        {
            int slash = line.LastIndexOf('/') + 1;
            if (slash > 0 && !line[..slash].SequenceEqual(folder))
            {
                result.Append(line[..slash]).Append('\n');
            }

            folder = line[..slash];
            result.Append(slash > 0 ? Indent : string.Empty).Append(line[slash..]).Append('\n');
        }

        result.Length--;
        return result.Append(input.Text, body.Length, input.Text.Length - body.Length).ToString();
    }

    // A name with a space in front or a folder's own slash at the end would read as something else in the short form.
    private static bool IsList(string body, int lines)
    {
        int inFolders = 0;
        foreach (ReadOnlySpan<char> line in body.AsSpan().EnumerateLines('\n'))
        {
            if (line.IsEmpty || line[^1] == '/' || line.ContainsAny(Breaks))
            {
                return false;
            }

            inFolders += line.Contains('/') ? 1 : 0;
        }

        return inFolders * 2 > lines;
    }
}
