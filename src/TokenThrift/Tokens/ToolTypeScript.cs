using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TokenThrift.Tokens;

/// <summary>Writes a tool as the TypeScript declaration that OpenAI's models are shown in place of its JSON schema.</summary>
/// <remarks>The layout is that of OpenAI's published harmony format (github.com/openai/harmony, "Function calling").</remarks>
internal static class ToolTypeScript
{
    private const int DeepestSchema = 32;

    public static string Of(AIFunctionDeclaration function)
    {
        var text = new StringBuilder();
        Comment(text, function.Description);
        text.Append("type ").Append(function.Name).Append(" = (_: ");
        Type(text, function.JsonSchema, 0);
        return text.Append(") => any;\n").ToString();
    }

    private static void Type(StringBuilder text, JsonElement schema, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > DeepestSchema)
        {
            text.Append("any");
        }
        else if (schema.TryGetProperty("enum", out JsonElement values) && values.ValueKind == JsonValueKind.Array)
        {
            Join(text, values, static (t, v, _) => t.Append(v.GetRawText()), depth);
        }
        else if ((schema.TryGetProperty("anyOf", out JsonElement options) || schema.TryGetProperty("oneOf", out options)) && options.ValueKind == JsonValueKind.Array)
        {
            Join(text, options, Type, depth + 1);
        }
        else if (schema.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Object)
        {
            Properties(text, schema, properties, depth);
        }
        else if (schema.TryGetProperty("items", out JsonElement items))
        {
            Type(text, items, depth + 1);
            text.Append("[]");
        }
        else if (schema.TryGetProperty("type", out JsonElement type))
        {
            if (type.ValueKind == JsonValueKind.Array)
            {
                Join(text, type, static (t, v, _) => t.Append(v.ToString()), depth);
            }
            else
            {
                text.Append(type.ToString() switch { "integer" => "number", "array" => "any[]", var name => name });
            }
        }
        else if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            text.Append(reference.ToString());
        }
        else
        {
            text.Append("any");
        }
    }

    private static void Properties(StringBuilder text, JsonElement schema, JsonElement properties, int depth)
    {
        HashSet<string> required = schema.TryGetProperty("required", out JsonElement names) && names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!)]
            : [];
        text.Append("{\n");
        foreach (JsonProperty property in properties.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("description", out JsonElement description))
            {
                Comment(text, description.ToString());
            }

            text.Append(property.Name).Append(required.Contains(property.Name) ? ": " : "?: ");
            Type(text, property.Value, depth + 1);
            if (property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("default", out JsonElement value))
            {
                text.Append(", // default: ").Append(value.ToString());
            }

            text.Append(",\n");
        }

        text.Append('}');
    }

    private static void Join(StringBuilder text, JsonElement array, Action<StringBuilder, JsonElement, int> write, int depth)
    {
        bool first = true;
        foreach (JsonElement value in array.EnumerateArray())
        {
            text.Append(first ? string.Empty : " | ");
            write(text, value, depth);
            first = false;
        }
    }

    private static void Comment(StringBuilder text, string? comment)
    {
        if (!string.IsNullOrEmpty(comment))
        {
            text.Append("// ").Append(comment).Append('\n');
        }
    }
}
