using System.Globalization;

namespace TokenThrift.Tool;

/// <summary>One file or name, then options.</summary>
internal sealed class ToolArguments
{
    private static readonly HashSet<string> Flags = new(StringComparer.Ordinal) { "--skip-broken", "--full-files" };
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly HashSet<string> _flags = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly string? _subject;

    public ToolArguments(IEnumerable<string> arguments)
    {
        string? option = null;
        foreach (string argument in arguments)
        {
            if (option is not null)
            {
                _options[option] = argument;
                option = null;
            }
            else if (Flags.Contains(argument))
            {
                _flags.Add(argument);
            }
            else if (argument.StartsWith('-') && argument.Length > 1)
            {
                option = argument;
            }
            else
            {
                _subject = _subject is null ? argument : throw new ToolException($"'{argument}' is one name too many.");
            }
        }

        if (option is not null)
        {
            throw new ToolException($"{option} needs a value.");
        }
    }

    public string Subject(string what) => string.IsNullOrWhiteSpace(_subject) ? throw new ToolException($"{what} is missing.") : _subject;

    public string? Text(string name)
    {
        _used.Add(name);
        return _options.GetValueOrDefault(name);
    }

    public bool Flag(string name)
    {
        _used.Add(name);
        return _flags.Contains(name);
    }

    public long Number(string name)
    {
        string? text = Text(name);
        return text is null ? 0
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
            : throw new ToolException($"{name}: '{text}' is not a whole number.");
    }

    public void RefuseUnknown()
    {
        if (_options.Keys.Concat(_flags).FirstOrDefault(name => !_used.Contains(name)) is { } unknown)
        {
            throw new ToolException($"{unknown} is not an option of this command.");
        }
    }
}
