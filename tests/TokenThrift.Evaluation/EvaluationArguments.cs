using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TokenThrift.Evaluation;

/// <summary>The options of a command: <c>--name value</c> pairs and bare flags.</summary>
internal sealed class EvaluationArguments
{
    private readonly Dictionary<string, string?> _options = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal) { "json" };

    public EvaluationArguments(IEnumerable<string> arguments)
    {
        string? name = null;
        foreach (string argument in arguments)
        {
            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                name = argument[2..];
                _options[name] = null;
            }
            else
            {
                _options[name ?? throw new EvaluationException($"'{argument}' is not an option; options start with --.")] = argument;
                name = null;
            }
        }
    }

    public bool Json => Flag("json");

    public int Seed => Int("seed", 1);

    public bool Flag(string name)
    {
        _used.Add(name);
        return _options.TryGetValue(name, out string? value) && (value is null || bool.Parse(value));
    }

    public string Text(string name, string? fallback = null)
    {
        _used.Add(name);
        return _options.GetValueOrDefault(name) ?? fallback ?? throw new EvaluationException($"--{name} is missing.");
    }

    public string? TextOrNull(string name)
    {
        _used.Add(name);
        return _options.GetValueOrDefault(name);
    }

    public int Int(string name, int fallback) => Parse(name, fallback, s => int.Parse(s, CultureInfo.InvariantCulture));

    public double Number(string name, double fallback) => Parse(name, fallback, s => double.Parse(s, CultureInfo.InvariantCulture));

    public decimal Money(string name, decimal fallback) => Parse(name, fallback, s => decimal.Parse(s, CultureInfo.InvariantCulture));

    /// <summary>Reads the JSON objects of <c>--data</c>, one a line, plain or gzip.</summary>
    public IReadOnlyList<JsonObject> Rows(string option = "data")
    {
        string path = Text(option);
        if (!File.Exists(path))
        {
            throw new EvaluationException($"--{option}: there is no file '{path}'.");
        }

        var rows = new List<JsonObject>();
        try
        {
            using Stream file = File.OpenRead(path);
            using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var reader = new StreamReader(plain);
            while (reader.ReadLine() is { } line)
            {
                if (line.Length > 0)
                {
                    rows.Add(JsonNode.Parse(line) as JsonObject ?? throw new EvaluationException($"{path}, line {rows.Count + 1}: not a JSON object."));
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or IOException)
        {
            throw new EvaluationException($"{path}, line {rows.Count + 1}: {e.Message}");
        }

        return rows.Count > 0 ? rows : throw new EvaluationException($"{path}: no rows.");
    }

    /// <summary>Refuses options that the command has not asked for.</summary>
    public void RefuseUnknown()
    {
        if (_options.Keys.FirstOrDefault(name => !_used.Contains(name)) is { } unknown)
        {
            throw new EvaluationException($"--{unknown} is not an option of this command.");
        }
    }

    private T Parse<T>(string name, T fallback, Func<string, T> parse)
    {
        _used.Add(name);
        if (_options.GetValueOrDefault(name) is not { } text)
        {
            return fallback;
        }

        try
        {
            return parse(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new EvaluationException($"--{name}: '{text}' is not a number.");
        }
    }
}
