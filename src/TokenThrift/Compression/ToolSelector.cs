using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TokenThrift.Compression;

/// <summary>Chooses from many tool definitions those that a conversation is likely to need.</summary>
/// <remarks>
/// Ranks by name, description and parameters against what the user asked. Choose once for a session and only append
/// later: definitions stand at the start of the prompt, so a changed choice breaks the provider's whole prompt cache.
/// Safe for concurrent use.
/// </remarks>
public static class ToolSelector
{
    /// <summary>Chooses tools.</summary>
    /// <param name="query">What the user asked.</param>
    /// <param name="tools">All tools.</param>
    /// <param name="keep">How many to keep; at least 1.</param>
    /// <returns>The chosen tools in the order in which they were given.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="keep"/> is less than 1.</exception>
    public static IReadOnlyList<AITool> Select(string query, IReadOnlyList<AITool> tools, int keep)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        if (tools.Count <= keep)
        {
            return tools;
        }

        HashSet<int> chosen = [.. PassageRanker.Rank(query, [.. tools.Select(Describe)]).Take(keep)];
        return [.. tools.Where((_, i) => chosen.Contains(i))];
    }

    /// <summary>Writes what a tool is as a heading (its name in words) and a text (its description and parameters).</summary>
    internal static string Describe(AITool tool)
    {
        var text = new StringBuilder();
        AppendWords(text, tool.Name);
        text.Append('\n').Append(tool.Description).Append('\n');
        if (tool is AIFunctionDeclaration { JsonSchema.ValueKind: JsonValueKind.Object } function)
        {
            AppendSchema(text, function.JsonSchema);
        }

        return text.ToString();
    }

    private static void AppendSchema(StringBuilder text, JsonElement schema)
    {
        foreach (JsonProperty property in schema.EnumerateObject())
        {
            if (property.NameEquals("properties") && property.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty parameter in property.Value.EnumerateObject())
                {
                    AppendWords(text, parameter.Name);
                    text.Append(' ');
                    if (parameter.Value.ValueKind == JsonValueKind.Object)
                    {
                        AppendSchema(text, parameter.Value);
                    }
                }
            }
            else if (property.Name is "description" or "enum")
            {
                text.Append(property.Value).Append(' ');
            }
            else if (property.Name is "items" && property.Value.ValueKind == JsonValueKind.Object)
            {
                AppendSchema(text, property.Value);
            }
        }
    }

    // getUserById and get_user_by_id both read as get user by id.
    private static void AppendWords(StringBuilder text, string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1]))
            {
                text.Append(' ');
            }

            text.Append(char.IsLetterOrDigit(name[i]) ? name[i] : ' ');
        }
    }
}
