using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Text;

namespace TokenThrift.Compression.Tools;

/// <summary>One part of a tool's definition as terms.</summary>
/// <param name="Terms">The terms, repeats included.</param>
/// <param name="Weight">How much one of them counts.</param>
/// <param name="LengthShare">How much a long field is held back, 0 to 1.</param>
internal sealed record ToolField(IReadOnlyList<string> Terms, double Weight, double LengthShare)
{
    /// <summary>How many fields a tool has.</summary>
    public const int Count = 4;

    private const int DeepestSchema = 16;

    /// <summary>Reads a tool: its name, its description, the names of its parameters, and what is said of them.</summary>
    public static ToolField[] Of(AITool tool)
    {
        var names = new StringBuilder();
        var texts = new StringBuilder();
        if (tool is AIFunctionDeclaration { JsonSchema.ValueKind: JsonValueKind.Object } function)
        {
            Read(function.JsonSchema, names, texts, depth: 0);
        }

        var name = new StringBuilder();
        AppendWords(name, tool.Name);
        return
        [
            // A name is chosen to say what the tool does, and is short for every tool.
            new(TextTerms.Of(name.ToString()), Weight: 3, LengthShare: 0.5),
            new(TextTerms.Of(tool.Description), Weight: 1, LengthShare: 0.75),
            new(TextTerms.Of(names.ToString()), Weight: 1, LengthShare: 0.75),
            new(TextTerms.Of(texts.ToString()), Weight: 0.5, LengthShare: 0.75),
        ];
    }

    private static void Read(JsonElement schema, StringBuilder names, StringBuilder texts, int depth)
    {
        foreach (JsonProperty property in schema.EnumerateObject())
        {
            bool isNested = property.Value.ValueKind == JsonValueKind.Object && depth < DeepestSchema;
            if (isNested && property.NameEquals("properties"))
            {
                foreach (JsonProperty parameter in property.Value.EnumerateObject())
                {
                    AppendWords(names, parameter.Name);
                    if (parameter.Value.ValueKind == JsonValueKind.Object)
                    {
                        Read(parameter.Value, names, texts, depth + 1);
                    }
                }
            }
            else if (isNested && property.NameEquals("items"))
            {
                Read(property.Value, names, texts, depth + 1);
            }
            else if (property.Name is "description" or "enum")
            {
                texts.Append(property.Value).Append(' ');
            }
        }
    }

    // getUserById, get_user_by_id and GETUserByID all read as get user by id.
    private static void AppendWords(StringBuilder text, string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            bool startsWord = i > 0 && char.IsUpper(name[i])
                && (char.IsLower(name[i - 1]) || (char.IsUpper(name[i - 1]) && i + 1 < name.Length && char.IsLower(name[i + 1])));
            text.Append(startsWord ? " " : string.Empty).Append(char.IsLetterOrDigit(name[i]) ? name[i] : ' ');
        }

        text.Append(' ');
    }
}
