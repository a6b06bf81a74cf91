using System.Net;

namespace TokenThrift.Compression.Passes;

/// <summary>Of a web page keeps what is read: headings, paragraphs, lists, tables, links and pictures' descriptions; not scripts, styles, attributes and menus.</summary>
internal sealed class HtmlPass : ICompressionPass
{
    private const int LookAt = 1000;

    public string Name => "html";

    public bool IsLossless => false;

    public string? Apply(CompressionInput input)
    {
        if (input.IsVerbatim || !IsPage(input.Text) || FileContent.IsReadBy(input.Arguments))
        {
            return null;
        }

        var writer = new HtmlText();
        // Looked for once each: a page of nothing but opening tags must not be searched to its end for every one of them.
        var unclosed = new HashSet<string>(StringComparer.Ordinal);
        string text = input.Text;
        int at = 0;
        while (at < text.Length)
        {
            int open = text.IndexOf('<', at);
            if (open < 0 || open + 1 >= text.Length)
            {
                break;
            }

            writer.Text(WebUtility.HtmlDecode(text[at..open]));
            if (HtmlTag.TryRead(text, open, out HtmlTag tag))
            {
                at = tag.End;
                int next = !tag.IsEnd && HtmlTag.HoldsNoText(tag.Name) && !unclosed.Contains(tag.Name) ? tag.SkipContent(text) : tag.End;
                if (next < 0)
                {
                    unclosed.Add(tag.Name);
                    next = tag.End;
                }

                writer.Tag(tag);
                at = next;
            }
            else
            {
                writer.Text("<");
                at = open + 1;
            }
        }

        writer.Text(WebUtility.HtmlDecode(text[Math.Min(at, text.Length)..]));
        string result = writer.ToString();
        return result.Length == 0 ? null : result;
    }

    private static bool IsPage(string text)
    {
        ReadOnlySpan<char> head = text.AsSpan(0, Math.Min(text.Length, LookAt)).TrimStart();
        return head.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || (head.StartsWith("<", StringComparison.Ordinal)
                && (head.Contains("<html", StringComparison.OrdinalIgnoreCase) || head.Contains("<body", StringComparison.OrdinalIgnoreCase) || head.Contains("<div", StringComparison.OrdinalIgnoreCase)));
    }
}
