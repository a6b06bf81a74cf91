using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace TokenThrift.Compression.Originals;

/// <summary>The reference under which an original is kept: <c>tt-</c> and the first 12 hexadecimal digits of its SHA-256.</summary>
internal static partial class ContentReference
{
    private const string Prefix = "tt-";
    private const int Bytes = 6;

    public static string Of(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return Prefix + Convert.ToHexStringLower(hash[..Bytes]);
    }

    /// <summary>Finds the first reference in what a model wrote, which may have brackets or words around it.</summary>
    public static string? Find(string? text) => text is not null && Pattern().Match(text) is { Success: true } match ? match.Value : null;

    [GeneratedRegex("tt-[0-9a-f]{12}", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
