using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TokenThrift.Compression.Tools;

/// <summary>Writes a JSON schema without layout and without what adds nothing: the dialect, titles that repeat the property's name, empty lists and texts.</summary>
internal static class SchemaMinifier
{
    private const int Deepest = 60;
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Minifies a schema.</summary>
    /// <returns>The schema, or <see langword="null"/> when it would not be shorter.</returns>
    public static JsonElement? Minify(JsonElement schema)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            Write(schema, name: null, writer, depth: 0);
        }

        if (buffer.WrittenCount >= System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(schema).Length)
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void Write(JsonElement schema, string? name, Utf8JsonWriter writer, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > Deepest)
        {
            schema.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (JsonProperty property in schema.EnumerateObject())
        {
            if (IsEmpty(property, name, depth))
            {
                continue;
            }

            writer.WritePropertyName(property.Name);
            switch (property.Name)
            {
                case "properties" or "$defs" or "definitions" or "patternProperties" or "dependentSchemas" when property.Value.ValueKind == JsonValueKind.Object:
                    writer.WriteStartObject();
                    foreach (JsonProperty inner in property.Value.EnumerateObject())
                    {
                        writer.WritePropertyName(inner.Name);
                        Write(inner.Value, inner.Name, writer, depth + 1);
                    }

                    writer.WriteEndObject();
                    break;
                case "anyOf" or "allOf" or "oneOf" or "prefixItems" when property.Value.ValueKind == JsonValueKind.Array:
                    writer.WriteStartArray();
                    foreach (JsonElement inner in property.Value.EnumerateArray())
                    {
                        Write(inner, name: null, writer, depth + 1);
                    }

                    writer.WriteEndArray();
                    break;
                case "items" or "additionalProperties" or "not" or "contains" or "propertyNames" or "if" or "then" or "else":
                    Write(property.Value, name: null, writer, depth + 1);
                    break;
                case "description" when property.Value.ValueKind == JsonValueKind.String:
                    writer.WriteStringValue(DescriptionText.Squeeze(property.Value.GetString()!));
                    break;
                default:
                    // Values (enum, const, default, examples) and whatever we do not know stay as they are.
                    property.Value.WriteTo(writer);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    private static bool IsEmpty(JsonProperty property, string? name, int depth) => property.Name switch
    {
        "$schema" => depth == 0,
        "title" => name is not null && property.Value.ValueKind == JsonValueKind.String && IsSameName(property.Value.GetString()!, name),
        "description" => property.Value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(property.Value.GetString()),
        "required" => property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() == 0,
        _ => false,
    };

    // Generators title user_id as User Id.
    private static bool IsSameName(string title, string name) =>
        title.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant).SequenceEqual(name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant));
}
