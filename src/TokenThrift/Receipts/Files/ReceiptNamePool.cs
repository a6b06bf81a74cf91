using System.Text.Json;

namespace TokenThrift.Receipts;

/// <summary>Gives equal strings of a receipt file as one object: model ids, tenants, member names. Bounded.</summary>
internal sealed class ReceiptNamePool
{
    private const int Capacity = 20_000;
    private const int Longest = 128;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Reads the string or member name on which the reader stands.</summary>
    public string Get(ref Utf8JsonReader json)
    {
        if (json.HasValueSequence || json.ValueSpan.Length > Longest)
        {
            return json.GetString()!;
        }

        Span<char> text = stackalloc char[Longest];
        ReadOnlySpan<char> read = text[..json.CopyString(text)];
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(read, out string? known))
        {
            return known;
        }

        string name = read.ToString();
        if (_names.Count < Capacity)
        {
            _names.Add(name);
        }

        return name;
    }
}
