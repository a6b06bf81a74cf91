using System.Collections.Frozen;
using System.Text;

namespace TokenThrift.Compression.Passes;

/// <summary>Writes the readable text of a page as plain Markdown while its tags go by. Not safe for concurrent use.</summary>
internal sealed class HtmlText
{
    private static readonly FrozenSet<string> Blocks = new[]
    {
        "p", "div", "section", "article", "main", "header", "ul", "ol", "table", "tr", "blockquote", "figure", "figcaption", "dl", "dt", "dd", "form", "fieldset", "details", "summary", "body", "html", "br", "hr",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Menus = new[] { "nav", "footer", "aside" }.ToFrozenSet(StringComparer.Ordinal);
    private readonly StringBuilder _text = new();
    private readonly Stack<(string Name, int At)> _menus = new();
    private (int At, string Target)? _link;
    private int _preformatted;

    /// <summary>Takes in text between tags, its entities decoded.</summary>
    public void Text(string text)
    {
        if (_preformatted > 0)
        {
            _text.Append(text);
            return;
        }

        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                _text.Append(c);
            }
            else if (_text.Length > 0 && _text[^1] is not (' ' or '\n'))
            {
                _text.Append(' ');
            }
        }
    }

    /// <summary>Takes in a tag.</summary>
    public void Tag(HtmlTag tag)
    {
        switch (tag.Name)
        {
            case "pre":
                Break();
                _preformatted = Math.Max(0, _preformatted + (tag.IsEnd ? -1 : 1));
                break;
            case ['h', >= '1' and <= '6']:
                Break();
                _text.Append(tag.IsEnd ? string.Empty : new string('#', tag.Name[1] - '0') + " ");
                break;
            case "li":
                Break();
                _text.Append(tag.IsEnd ? string.Empty : "- ");
                break;
            case "td" or "th" when tag.IsEnd:
                _text.Append(" | ");
                break;
            case "img" when tag.Attribute("alt") is { Length: > 0 } alt:
                Text(alt);
                break;
            case "a":
                if (tag.IsEnd && _link is { } link && link.At < _text.Length)
                {
                    _text.Insert(link.At, "[").Append("](").Append(link.Target).Append(')');
                }

                // Links do not nest; those within the page lead nowhere in a text.
                _link = !tag.IsEnd && tag.Attribute("href") is { Length: > 1 } target && target[0] != '#' && !target.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase)
                    ? (_text.Length, target) : null;
                break;
            case var name when Menus.Contains(name):
                Menu(tag);
                break;
            case var name when Blocks.Contains(name):
                Break();
                break;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString().Trim();

    // What a menu or a footer says is left out, unless it speaks of an error or states a rule.
    private void Menu(HtmlTag tag)
    {
        Break();
        if (!tag.IsEnd)
        {
            _menus.Push((tag.Name, _text.Length));
        }
        else if (_menus.TryPeek(out (string Name, int At) menu) && menu.Name == tag.Name)
        {
            _menus.Pop();
            _link = null;
            if (menu.At <= _text.Length && !KeptLines.MustStay(_text.ToString(menu.At, _text.Length - menu.At)))
            {
                _text.Length = menu.At;
            }
        }
    }

    private void Break()
    {
        while (_text.Length > 0 && _text[^1] == ' ')
        {
            _text.Length--;
        }

        if (_text.Length > 0 && _text[^1] != '\n')
        {
            _text.Append('\n');
        }
    }
}
