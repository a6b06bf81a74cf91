using System.Text;
using System.Text.Json;

namespace TokenThrift.Compression.Passes;

/// <summary>
/// Writes an array of objects that all have the same properties as
/// <c>{"columns":[…],"everyRow":{…},"rows":[[…],…]}</c>: names once, values that never change once.
/// Objects inside are flattened into columns named <c>outer.inner</c>; arrays of arrays keep their nesting in the rows.
/// </summary>
internal sealed class JsonColumns
{
    private const int RowsFrom = 2;
    private const int DeepestRow = 3;
    private readonly List<string> _names = [];
    private readonly List<string[]> _rows = [];
    private readonly int _depth;
    private long _plainLength;

    private JsonColumns(int depth) => _depth = depth;

    /// <summary>Writes the table.</summary>
    /// <returns>The table, or <see langword="null"/> when the array is not uniform or the table is not shorter.</returns>
    public static string? TryWrite(JsonElement array, int depth)
    {
        JsonElement first = array;
        while (first.ValueKind == JsonValueKind.Array && first.GetArrayLength() > 0)
        {
            first = first[0];
        }

        var table = new JsonColumns(depth);
        if (first.ValueKind != JsonValueKind.Object || !table.ReadNames(first, prefix: null) || table._names.Count < 2
            || table._names.Distinct(StringComparer.Ordinal).Count() < table._names.Count
            || !table.IsUniform(array, 0, out _)
            || !table.ReadRows(array) || table._rows.Count < RowsFrom)
        {
            return null;
        }

        string? result = table.Write(array);
        return result is not null && result.Length < table._plainLength ? result : null;
    }

    // A name with a dot or an escape would make a flattened name ambiguous.
    private static bool IsPlain(string name) => name.Length > 0 && name.AsSpan().IndexOfAny('.', '"', '\\') < 0;

    private static bool IsNested(JsonElement value) => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any();

    private bool ReadNames(JsonElement item, string? prefix)
    {
        foreach (JsonProperty property in item.EnumerateObject())
        {
            string name = JsonPass.NameOf(property);
            if (!IsPlain(name))
            {
                return false;
            }

            name = prefix is null ? name : prefix + "." + name;
            if (IsNested(property.Value))
            {
                if (!ReadNames(property.Value, name))
                {
                    return false;
                }
            }
            else
            {
                _names.Add(name);
            }
        }

        return _names.Count > 0;
    }

    // Every object must sit at the same depth of arrays, so that a row cannot be mistaken for a group of rows.
    private bool IsUniform(JsonElement array, int depth, out int leafDepth)
    {
        leafDepth = -1;
        foreach (JsonElement item in array.EnumerateArray())
        {
            int found = depth;
            int next = 0;
            bool fits = item.ValueKind switch
            {
                JsonValueKind.Object => HasTheNames(item, prefix: null, ref next) && next == _names.Count,
                JsonValueKind.Array => depth < DeepestRow && item.GetArrayLength() > 0 && IsUniform(item, depth + 1, out found),
                _ => false,
            };

            if (!fits || (leafDepth >= 0 && leafDepth != found))
            {
                return false;
            }

            leafDepth = found;
        }

        return leafDepth >= 0;
    }

    private bool HasTheNames(JsonElement item, string? prefix, ref int next)
    {
        foreach (JsonProperty property in item.EnumerateObject())
        {
            string name = prefix is null ? JsonPass.NameOf(property) : prefix + "." + JsonPass.NameOf(property);
            if (IsNested(property.Value))
            {
                if (!HasTheNames(property.Value, name, ref next))
                {
                    return false;
                }
            }
            else if (next >= _names.Count || _names[next++] != name)
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadRows(JsonElement array)
    {
        _plainLength += array.GetArrayLength() + 1;
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Array)
            {
                ReadRows(item);
                continue;
            }

            var row = new string[_names.Count];
            int next = 0;
            ReadRow(item, row, ref next);
            _rows.Add(row);
        }

        return true;
    }

    private void ReadRow(JsonElement item, string[] row, ref int next)
    {
        _plainLength++;
        foreach (JsonProperty property in item.EnumerateObject())
        {
            _plainLength += JsonPass.NameOf(property).Length + 4;
            if (IsNested(property.Value))
            {
                ReadRow(property.Value, row, ref next);
                continue;
            }

            var cell = new StringBuilder();
            JsonPass.Write(property.Value, cell, _depth + 2);
            _plainLength += cell.Length;
            row[next++] = cell.ToString();
        }
    }

    private string? Write(JsonElement array)
    {
        bool[] isConstant = [.. _names.Select((_, i) => _rows.TrueForAll(row => row[i] == _rows[0][i]))];
        if (!Enumerable.Range(0, isConstant.Length).Any(i => !isConstant[i] && _rows.TrueForAll(row => row[i][0] != '[')))
        {
            // In a row of nothing but arrays, a row and a group of rows look alike.
            return null;
        }

        var result = new StringBuilder("{\"columns\":[");
        result.AppendJoin(',', _names.Where((_, i) => !isConstant[i]).Select(name => $"\"{name}\"")).Append("],");
        if (Array.IndexOf(isConstant, true) >= 0)
        {
            result.Append("\"everyRow\":{");
            result.AppendJoin(',', _names.Select((name, i) => isConstant[i] ? $"\"{name}\":{_rows[0][i]}" : null).OfType<string>()).Append("},");
        }

        result.Append("\"rows\":");
        int next = 0;
        WriteRows(array, isConstant, ref next, result);
        return result.Append('}').ToString();
    }

    private void WriteRows(JsonElement element, bool[] isConstant, ref int next, StringBuilder result)
    {
        char separator = '[';
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                result.Append(separator);
                WriteRows(item, isConstant, ref next, result);
                separator = ',';
            }
        }
        else
        {
            string[] row = _rows[next++];
            result.Append('[').AppendJoin(',', row.Where((_, i) => !isConstant[i]));
        }

        result.Append(']');
    }
}
