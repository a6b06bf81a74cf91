using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using TokenThrift.Compression;
using TokenThrift.Compression.Passes;

namespace TokenThrift.Tests.Compression;

public sealed class JsonPassTests
{
    private static readonly Gen<string> Name = AnyOf("id", "name", "a b", "x-y", "né", "q\"t", "dot.ted");

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.Int.Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        AnyOf("1.0", "1.70e2", "-0", "null", "true", "\"\"", "\"a\\u00e9\\n\"", "123456789012345678901234567890", "{}", "[]"));

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => depth > 3 ? Scalar : Gen.OneOf(
        Scalar,
        inner.Array[0, 4].Select(items => $"[ {string.Join(" , ", items)} ]"),
        Gen.Select(Name, inner).Array[0, 4].Select(ToObject),
        Gen.Select(Name.Array[1, 3], inner.Array[3].Array[1, 5]).Select(t =>
            $"[{string.Join(",\n  ", t.Item2.Select(row => ToObject([.. t.Item1.Distinct().Zip(row)])))}]")));

    [Fact]
    public void Everything_can_be_read_back_from_the_short_form() => Json.Sample(json =>
    {
        string source = $"[{json}]";
        string result = new JsonPass().Apply(new CompressionInput(source))!;

        Assert.True(result.Length <= source.Length);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(source), Expand(JsonNode.Parse(result))), $"{source}\n{result}");
    });

    [Fact]
    public void Text_that_is_not_json_or_that_is_a_file_is_left_alone()
    {
        var pass = new JsonPass();
        Assert.Null(pass.Apply(new CompressionInput("[INFO] started [done]")));
        Assert.Null(pass.Apply(new CompressionInput("{ \"open\": ")));
        Assert.Null(pass.Apply(new CompressionInput("{ \"a\":  1 }") { IsVerbatim = true }));
        Assert.Null(pass.Apply(new CompressionInput(new string('[', 5000) + new string(']', 5000))));
    }

    [Fact]
    public void Groups_of_rows_stay_groups()
    {
        string result = new JsonPass().Apply(new CompressionInput(
            """[[{"flight":"A1","from":"OSL"},{"flight":"A2","from":"BGO"}],[{"flight":"B1","from":"OSL"},{"flight":"B2","from":"TRD"}]]"""))!;
        Assert.Equal("""{"columns":["flight","from"],"rows":[[["A1","OSL"],["A2","BGO"]],[["B1","OSL"],["B2","TRD"]]]}""", result);
    }

    private static Gen<string> AnyOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string ToObject((string Name, string Value)[] properties) =>
        $"{{ {string.Join(" , ", properties.DistinctBy(p => p.Name).Select(p => $"{JsonSerializer.Serialize(p.Name)} : {p.Value}"))} }}";

    // What a reader of the tables would do: put every cell back under its column's name.
    private static JsonNode? Expand(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject table when table["columns"] is JsonArray columns && table["rows"] is JsonArray rows:
                string[] names = [.. columns.Select(c => c!.GetValue<string>())];
                return ExpandRows(rows, names, table["everyRow"] as JsonObject);
            case JsonObject plain:
                return new JsonObject(plain.Select(p => KeyValuePair.Create(p.Key, Expand(p.Value))));
            case JsonArray array:
                return new JsonArray([.. array.Select(Expand)]);
            default:
                return node?.DeepClone();
        }
    }

    // A row has a cell that is not an array; a group has only rows.
    private static JsonArray ExpandRows(JsonArray rows, string[] names, JsonObject? everyRow) => new([.. rows.Select(row =>
        ((JsonArray)row!).Any(cell => cell is not JsonArray)
            ? (JsonNode)ExpandRow((JsonArray)row!, names, everyRow)
            : ExpandRows((JsonArray)row!, names, everyRow))]);

    private static JsonObject ExpandRow(JsonArray row, string[] names, JsonObject? everyRow)
    {
        var result = new JsonObject();
        foreach ((string name, JsonNode? value) in names.Zip(row).Concat((everyRow ?? []).Select(p => (p.Key, p.Value))))
        {
            JsonObject target = result;
            string[] path = name.Split('.');
            foreach (string part in path[..^1])
            {
                target[part] ??= new JsonObject();
                target = (JsonObject)target[part]!;
            }

            target[path[^1]] = Expand(value);
        }

        return result;
    }
}
