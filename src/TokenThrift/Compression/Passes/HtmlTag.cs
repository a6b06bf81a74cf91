using System.Collections.Frozen;
using System.Net;

namespace TokenThrift.Compression.Passes;

/// <summary>A tag as it stands in a page: enough of HTML to read text, not to draw it.</summary>
internal readonly struct HtmlTag
{
    private static readonly FrozenSet<string> Textless = new[] { "script", "style", "noscript", "svg", "template", "iframe", "select" }.ToFrozenSet(StringComparer.Ordinal);
    private readonly string _attributes;

    private HtmlTag(string name, string attributes, bool isEnd, int end)
    {
        Name = name;
        _attributes = attributes;
        IsEnd = isEnd;
        End = end;
    }

    public string Name { get; }

    public bool IsEnd { get; }

    /// <summary>Gets where the text goes on after the tag.</summary>
    public int End { get; }

    /// <summary>Says whether what stands between such a tag and its end is not for readers.</summary>
    public static bool HoldsNoText(string name) => Textless.Contains(name);

    public static bool TryRead(string text, int open, out HtmlTag tag)
    {
        tag = default;
        if (text.AsSpan(open).StartsWith("<!--", StringComparison.Ordinal))
        {
            int close = text.IndexOf("-->", open + 4, StringComparison.Ordinal);
            tag = new HtmlTag("!", string.Empty, isEnd: true, close < 0 ? text.Length : close + 3);
            return true;
        }

        int start = open + 1;
        bool isEnd = start < text.Length && text[start] == '/';
        start += isEnd ? 1 : 0;
        if (start >= text.Length || !(char.IsAsciiLetter(text[start]) || text[start] is '!' or '?'))
        {
            return false;
        }

        int name = start + 1;
        while (name < text.Length && (char.IsAsciiLetterOrDigit(text[name]) || text[name] is '-' or ':'))
        {
            name++;
        }

        int end = EndOf(text, name);
        tag = new HtmlTag(text[start..name].ToLowerInvariant(), text[name..Math.Max(name, end - 1)], isEnd, end);
        return true;
    }

    /// <summary>Returns the value of an attribute, or <see langword="null"/>.</summary>
    public string? Attribute(string attribute)
    {
        int at = -1;
        while ((at = _attributes.IndexOf(attribute, at + 1, StringComparison.OrdinalIgnoreCase)) >= 0)
        {
            int sign = at + attribute.Length;
            if (at > 0 && char.IsWhiteSpace(_attributes[at - 1]) && sign + 1 < _attributes.Length && _attributes[sign] == '=')
            {
                char quote = _attributes[sign + 1];
                int from = sign + (quote is '"' or '\'' ? 2 : 1);
                int to = quote is '"' or '\'' ? _attributes.IndexOf(quote, from) : _attributes.AsSpan(from).IndexOfAny(" \t\r\n") is int space and >= 0 ? from + space : _attributes.Length;
                return WebUtility.HtmlDecode(to < 0 ? _attributes[from..] : _attributes[from..to]);
            }
        }

        return null;
    }

    /// <summary>Returns where the text goes on after the tag that ends this one, or -1 where there is none.</summary>
    public int SkipContent(string text)
    {
        string close = "</" + Name;
        int at = text.IndexOf(close, End, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? -1 : EndOf(text, at + close.Length);
    }

    // A greater-than sign inside a quoted attribute does not end the tag; a quotation mark that is never closed does not hold the rest of the page.
    private static int EndOf(string text, int from)
    {
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] == '>')
            {
                return i + 1;
            }

            if (text[i] is '"' or '\'' && text.IndexOf(text[i], i + 1, Math.Min(4096, text.Length - i - 1)) is int close and > 0)
            {
                i = close;
            }
        }

        return text.Length;
    }
}
