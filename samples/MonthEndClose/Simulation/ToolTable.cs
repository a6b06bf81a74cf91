using System.Globalization;
using System.Text.Json;

namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>A tool result as a model reads it: some fields, and rows under names, however the JSON is laid out.</summary>
/// <remarks>Rows may be objects, or columns named once with arrays under them (<c>columns</c>, <c>rows</c>, and <c>everyRow</c> for what never changes).</remarks>
internal sealed class ToolTable
{
    private readonly JsonElement _root;

    public ToolTable(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        _root = document.RootElement.Clone();
        Rows = _root.ValueKind == JsonValueKind.Object && _root.TryGetProperty("rows", out JsonElement rows) ? ReadRows(_root.TryGetProperty("columns", out _) ? _root : rows) : [];
    }

    public IReadOnlyList<ToolRow> Rows { get; }

    public int Pages => _root.TryGetProperty("pages", out JsonElement pages) ? pages.GetInt32() : 1;

    public string Text(string field) => _root.GetProperty(field).ToString();

    public decimal Number(string field) => _root.GetProperty(field).GetDecimal();

    public IReadOnlyList<JsonElement> List(string field) => [.. _root.GetProperty(field).EnumerateArray()];

    private static IReadOnlyList<ToolRow> ReadRows(JsonElement rows)
    {
        if (rows.ValueKind == JsonValueKind.Array)
        {
            return [.. rows.EnumerateArray().Select(row => new ToolRow(row.EnumerateObject().ToDictionary(x => x.Name, x => x.Value)))];
        }

        string[] columns = [.. rows.GetProperty("columns").EnumerateArray().Select(x => x.GetString()!)];
        Dictionary<string, JsonElement> same = rows.TryGetProperty("everyRow", out JsonElement every) ? every.EnumerateObject().ToDictionary(x => x.Name, x => x.Value) : [];
        return
        [
            .. rows.GetProperty("rows").EnumerateArray().Select(row =>
            {
                var values = new Dictionary<string, JsonElement>(same);
                int at = 0;
                foreach (JsonElement cell in row.EnumerateArray())
                {
                    values[columns[at++]] = cell;
                }

                return new ToolRow(values);
            }),
        ];
    }
}

/// <summary>A row of a tool result.</summary>
internal sealed class ToolRow(IReadOnlyDictionary<string, JsonElement> values)
{
    public string this[string name] => values.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : string.Empty;

    public decimal Number(string name) => decimal.Parse(this[name], CultureInfo.InvariantCulture);
}
