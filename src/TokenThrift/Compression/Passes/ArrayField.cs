using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace TokenThrift.Compression.Passes;

/// <summary>What one field holds over the items of an array.</summary>
/// <param name="name">The name as the text has it, escapes and all.</param>
internal sealed class ArrayField(string name)
{
    private const int MostValues = 8;
    private const int LongestValue = 40;

    // J. Tukey, Exploratory Data Analysis (1977), section 2D: three spreads beyond the quarters is "far out".
    private const double FarOut = 3;
    private readonly List<(double Value, int Item)> _numbers = [];
    private readonly Dictionary<string, List<int>> _values = new(StringComparer.Ordinal);
    private readonly List<int> _holders = [];
    private bool _hasNested;
    private int _items;

    /// <summary>Gets the name in quotation marks.</summary>
    public string RawName => $"\"{name}\"";

    /// <summary>Gets the range of a field of numbers, the counts of a field of few values, or the kind of any other, as JSON.</summary>
    public string Summary
    {
        get
        {
            if (_numbers.Count == _holders.Count && _numbers.Count > 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"\"{_numbers.Min(n => n.Value)} to {_numbers.Max(n => n.Value)}\"");
            }

            return _hasNested ? "\"nested\""
                : _values.Count > MostValues || _values.Keys.Any(value => value.Length > LongestValue) ? string.Create(CultureInfo.InvariantCulture, $"\"{_values.Count} values\"")
                : $"{{{string.Join(',', _values.OrderByDescending(v => v.Value.Count).ThenBy(v => v.Key, StringComparer.Ordinal).Select(v => string.Create(CultureInfo.InvariantCulture, $"{(v.Key[0] == '"' ? v.Key : $"\"{v.Key}\"")}:{v.Value.Count}")))}}}";
        }
    }

    public void Add(JsonElement value, int item)
    {
        _holders.Add(item);
        switch (value.ValueKind)
        {
            case JsonValueKind.Number when value.TryGetDouble(out double number):
                _numbers.Add((number, item));
                break;
            case JsonValueKind.Object or JsonValueKind.Array:
                _hasNested = true;
                return;
        }

        (CollectionsMarshal.GetValueRefOrAddDefault(_values, value.GetRawText(), out _) ??= []).Add(item);
    }

    public void Close(int items) => _items = items;

    /// <summary>Returns the items that stand out: the field where few have it or few lack it, a value that few share where there are few values, a number far out.</summary>
    /// <param name="rare">How many are few.</param>
    public IEnumerable<int> Unusual(int rare)
    {
        if (_holders.Count <= rare)
        {
            return _holders;
        }

        IEnumerable<int> result = _items - _holders.Count is int lacking && lacking > 0 && lacking <= rare
            ? Enumerable.Range(0, _items).Except(_holders) : [];
        if (_numbers.Count == _holders.Count)
        {
            double[] sorted = [.. _numbers.Select(n => n.Value).Order()];
            double low = sorted[sorted.Length / 4];
            double high = sorted[sorted.Length * 3 / 4];
            double spread = (high - low) * FarOut;
            // Where most are equal there is no spread to measure by; rare values are found below.
            if (spread > 0)
            {
                return result.Concat(_numbers.Where(n => n.Value < low - spread || n.Value > high + spread).Select(n => n.Item));
            }
        }

        bool isCategory = !_hasNested && _values.Count <= Math.Max(2, _items / 10);
        return isCategory ? result.Concat(_values.Values.Where(holders => holders.Count <= rare).SelectMany(holders => holders)) : result;
    }
}
