using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Compression.Originals;
using TokenThrift.Requests;

namespace TokenThrift.Compression.Retrieval;

/// <summary>The tool by which a model fetches removed content back. It is declared, never invoked: its calls are answered in the decorator.</summary>
internal static class RetrieveTool
{
    public const string Name = "thrift_retrieve";

    private const string Description = "Returns content that was replaced by [removed … ref tt-…].";

    private const string Schema = """{"type":"object","properties":{"ref":{"type":"string"},"query":{"type":"string","description":"return only passages about this"}},"required":["ref"]}""";

    public static AIFunctionDeclaration Declaration { get; } = AIFunctionFactory.CreateDeclaration(Name, Description, Parse());

    /// <summary>Says whether a content is a call of this tool.</summary>
    public static bool IsCall(AIContent content) => content is FunctionCallContent call && call.Name == Name;

    /// <summary>Returns options with the tool after the application's own, which keeps their place in the provider's prompt cache.</summary>
    public static ChatOptions AddTo(ChatOptions? options)
    {
        ChatOptions clone = options?.Clone() ?? new ChatOptions();
        clone.Tools = [.. clone.Tools ?? [], Declaration];
        return clone;
    }

    /// <summary>Says whether the application has a tool of the same name, which then keeps it.</summary>
    public static bool IsTaken(ChatOptions? options) => options?.Tools?.Any(tool => tool.Name == Name) ?? false;

    /// <summary>Reads what a call asks for.</summary>
    public static (string? Reference, string? Query) Read(FunctionCallContent call)
    {
        string? reference = call.Arguments is { } arguments && arguments.TryGetValue("ref", out object? value) && value is not null ? ContentText.Of(value) : null;
        string? query = call.Arguments is { } others && others.TryGetValue("query", out object? asked) && asked is not null ? ContentText.Of(asked) : null;
        return (ContentReference.Find(reference), string.IsNullOrWhiteSpace(query) ? null : query);
    }

    private static JsonElement Parse()
    {
        using JsonDocument document = JsonDocument.Parse(Schema);
        return document.RootElement.Clone();
    }
}
