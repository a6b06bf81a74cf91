using System.Globalization;
using System.Text.Json;

namespace TokenThrift.Routing;

/// <summary>Validates JSON against the part of JSON Schema that tools and response formats use.</summary>
/// <remarks>
/// Checked: type, enum, const, required, properties, additionalProperties, items, anyOf, oneOf, allOf, minimum, maximum,
/// minItems, maxItems, minLength, maxLength, local <c>$ref</c>. What is not known here never fails an answer.
/// </remarks>
internal static class JsonSchemaCheck
{
    private const int Deepest = 64;

    /// <summary>Finds the first fault.</summary>
    /// <returns>What is wrong and where, or <see langword="null"/>.</returns>
    public static string? Fault(JsonElement value, JsonElement schema) => Fault(value, schema, schema, "$", 0);

    private static string? Fault(JsonElement value, JsonElement schema, JsonElement root, string path, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > Deepest)
        {
            return schema.ValueKind == JsonValueKind.False ? $"{path} is not allowed" : null;
        }

        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            return Resolve(root, reference.GetString()) is { } target ? Fault(value, target, root, path, depth + 1) : null;
        }

        if (schema.TryGetProperty("type", out JsonElement type) && !IsOfType(value, type))
        {
            return $"{path} is {Name(value)}, not {type}";
        }

        if (schema.TryGetProperty("enum", out JsonElement values) && values.ValueKind == JsonValueKind.Array
            && !values.EnumerateArray().Any(v => JsonElement.DeepEquals(v, value)))
        {
            return $"{path} is not one of {values}";
        }

        if (schema.TryGetProperty("const", out JsonElement constant) && !JsonElement.DeepEquals(constant, value))
        {
            return $"{path} is not {constant}";
        }

        return Combined(value, schema, root, path, depth) ?? value.ValueKind switch
        {
            JsonValueKind.Object => OfObject(value, schema, root, path, depth),
            JsonValueKind.Array => OfArray(value, schema, root, path, depth),
            JsonValueKind.String => OutOf(value.GetString()!.Length, schema, "minLength", "maxLength", path + " (length)"),
            JsonValueKind.Number => OutOf(value.GetDouble(), schema, "minimum", "maximum", path),
            _ => null,
        };
    }

    private static string? Combined(JsonElement value, JsonElement schema, JsonElement root, string path, int depth)
    {
        if (schema.TryGetProperty("allOf", out JsonElement all) && all.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement each in all.EnumerateArray())
            {
                if (Fault(value, each, root, path, depth + 1) is { } fault)
                {
                    return fault;
                }
            }
        }

        foreach (string name in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(name, out JsonElement some) && some.ValueKind == JsonValueKind.Array
                && !some.EnumerateArray().Any(each => Fault(value, each, root, path, depth + 1) is null))
            {
                return $"{path} fits none of {name}";
            }
        }

        return null;
    }

    private static string? OfObject(JsonElement value, JsonElement schema, JsonElement root, string path, int depth)
    {
        if (schema.TryGetProperty("required", out JsonElement required) && required.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement name in required.EnumerateArray())
            {
                if (name.GetString() is { } needed && !value.TryGetProperty(needed, out _))
                {
                    return $"{path}.{needed} is missing";
                }
            }
        }

        bool hasProperties = schema.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Object;
        bool limitsOthers = schema.TryGetProperty("additionalProperties", out JsonElement others);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            string inner = $"{path}.{property.Name}";
            if (hasProperties && properties.TryGetProperty(property.Name, out JsonElement own))
            {
                if (Fault(property.Value, own, root, inner, depth + 1) is { } fault)
                {
                    return fault;
                }
            }
            else if (limitsOthers && Fault(property.Value, others, root, inner, depth + 1) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? OfArray(JsonElement value, JsonElement schema, JsonElement root, string path, int depth)
    {
        if (OutOf(value.GetArrayLength(), schema, "minItems", "maxItems", path + " (items)") is { } size)
        {
            return size;
        }

        if (schema.TryGetProperty("items", out JsonElement items))
        {
            int index = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                if (Fault(item, items, root, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), depth + 1) is { } fault)
                {
                    return fault;
                }
            }
        }

        return null;
    }

    private static string? OutOf(double value, JsonElement schema, string least, string most, string path) =>
        (schema.TryGetProperty(least, out JsonElement low) && low.ValueKind == JsonValueKind.Number && value < low.GetDouble())
        || (schema.TryGetProperty(most, out JsonElement high) && high.ValueKind == JsonValueKind.Number && value > high.GetDouble())
            ? string.Create(CultureInfo.InvariantCulture, $"{path} is {value}, out of its limits")
            : null;

    private static bool IsOfType(JsonElement value, JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.Array => type.EnumerateArray().Any(t => IsOfType(value, t)),
        JsonValueKind.String => type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            "number" => value.ValueKind == JsonValueKind.Number,
            "integer" => value.ValueKind == JsonValueKind.Number && Math.Floor(value.GetDouble()) == value.GetDouble(),
            _ => true,
        },
        _ => true,
    };

    private static string Name(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => value.ValueKind.ToString().ToLowerInvariant(),
    };

    private static JsonElement? Resolve(JsonElement root, string? reference)
    {
        if (reference is null || !reference.StartsWith('#'))
        {
            return null;
        }

        JsonElement at = root;
        foreach (string part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at))
            {
                return null;
            }
        }

        return at;
    }
}
