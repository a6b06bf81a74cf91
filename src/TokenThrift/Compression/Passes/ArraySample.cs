using System.Text.Json;
using TokenThrift.Text;

namespace TokenThrift.Compression.Passes;

/// <summary>The items of a long array that are worth showing, and what its fields hold over all items.</summary>
internal sealed class ArraySample
{
    private const int Ends = 10;
    private const int RareOf = 100;

    // A word of the question that stands in more than a quarter of the items does not choose among them.
    private const int CommonOf = 4;

    private ArraySample(int count, IReadOnlyList<ArrayField> fields, IReadOnlyList<JsonElement> kept)
    {
        Count = count;
        Fields = fields;
        Kept = kept;
    }

    public int Count { get; }

    public IReadOnlyList<ArrayField> Fields { get; }

    public IReadOnlyList<JsonElement> Kept { get; }

    /// <summary>Samples an array.</summary>
    /// <param name="array">The array.</param>
    /// <param name="terms">The terms of the question; may be empty.</param>
    /// <returns>The sample, or <see langword="null"/> when the items are not all objects or all would be kept.</returns>
    public static ArraySample? Of(JsonElement array, HashSet<string> terms)
    {
        JsonElement[] items = [.. array.EnumerateArray()];
        if (Array.Exists(items, item => item.ValueKind != JsonValueKind.Object))
        {
            return null;
        }

        var isKept = new bool[items.Length];
        var fields = new Dictionary<string, ArrayField>(StringComparer.Ordinal);
        for (int i = 0; i < items.Length; i++)
        {
            isKept[i] = i < Ends || i >= items.Length - Ends || KeptLines.MustStay(items[i].GetRawText());
            foreach (JsonProperty property in items[i].EnumerateObject())
            {
                string name = JsonPass.NameOf(property);
                (fields.TryGetValue(name, out ArrayField? field) ? field : fields[name] = new ArrayField(name)).Add(property.Value, i);
            }
        }

        int rare = Math.Max(1, items.Length / RareOf);
        foreach (ArrayField field in fields.Values)
        {
            field.Close(items.Length);
            foreach (int i in field.Unusual(rare))
            {
                isKept[i] = true;
            }
        }

        KeepMatches(items, terms, isKept);
        JsonElement[] kept = [.. items.Where((_, i) => isKept[i])];
        return kept.Length == items.Length ? null : new ArraySample(items.Length, [.. fields.Values], kept);
    }

    private static void KeepMatches(JsonElement[] items, HashSet<string> terms, bool[] isKept)
    {
        if (terms.Count == 0)
        {
            return;
        }

        var holders = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (int i = 0; i < items.Length; i++)
        {
            foreach (string term in TextTerms.Of(items[i].GetRawText()).Where(terms.Contains).Distinct(StringComparer.Ordinal))
            {
                (holders.TryGetValue(term, out List<int>? list) ? list : holders[term] = []).Add(i);
            }
        }

        foreach (int i in holders.Values.Where(list => list.Count * CommonOf <= items.Length).SelectMany(list => list))
        {
            isKept[i] = true;
        }
    }
}
