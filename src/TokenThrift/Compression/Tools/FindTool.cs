using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Compression.Tools;

/// <summary>The tool by which a model finds tools that it was not shown. It is declared, never invoked: its calls are answered in the decorator.</summary>
internal static class FindTool
{
    public const string Name = "thrift_find_tools";
    private const int LongestDescription = 200;
    private const int MostNames = 60;

    private static readonly JsonElement Schema = JsonDocument.Parse("""{"type":"object","properties":{"query":{"type":"string"}},"required":["query"]}""").RootElement.Clone();

    public static AIFunctionDeclaration Declaration { get; } =
        AIFunctionFactory.CreateDeclaration(Name, "There are more tools than are listed here. Finds those that can do what you describe, and makes them callable.", Schema);

    public static bool IsCall(AIContent content) => content is FunctionCallContent call && call.Name == Name;

    public static string QueryOf(FunctionCallContent call) =>
        call.Arguments is { } arguments && arguments.TryGetValue("query", out object? query) && query is not null ? ContentText.Of(query) : string.Empty;

    /// <summary>Writes what a search found.</summary>
    public static string Answer(IReadOnlyList<AITool> found, IReadOnlyList<AITool> others)
    {
        if (found.Count == 0)
        {
            return others.Count == 0 ? "There are no other tools."
                : string.Create(CultureInfo.InvariantCulture, $"None of the {others.Count} other tools fits. Their names: {string.Join(", ", others.Take(MostNames).Select(tool => tool.Name))}");
        }

        var text = new StringBuilder("These tools can be called now:");
        foreach (AITool tool in found)
        {
            string description = tool.Description.ReplaceLineEndings(" ");
            text.Append("\n- ").Append(tool.Name).Append(": ").Append(description.Length > LongestDescription ? description[..LongestDescription] + "…" : description);
        }

        return text.ToString();
    }
}
