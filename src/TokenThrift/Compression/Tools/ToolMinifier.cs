using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TokenThrift.Compression.Tools;

/// <summary>Writes the definitions of tools without what no model reads: layout of descriptions, and what a generator of schemas repeats.</summary>
/// <remarks>A pure function of the definition, remembered for each tool; a tool that was already short is passed on as it is. Safe for concurrent use.</remarks>
internal static class ToolMinifier
{
    private static readonly ConditionalWeakTable<AITool, Known> Memory = [];

    /// <summary>Returns options with short definitions, or the same options where nothing can be shorter.</summary>
    public static ChatOptions? Apply(ChatOptions? options)
    {
        if (options?.Tools is not { Count: > 0 } tools)
        {
            return options;
        }

        AITool[] shorter = [.. tools.Select(Minify)];
        if (shorter.SequenceEqual(tools))
        {
            return options;
        }

        ChatOptions clone = options.Clone();
        clone.Tools = shorter;
        return clone;
    }

    /// <summary>Returns the tool with a short definition, or the same tool.</summary>
    public static AITool Minify(AITool tool)
    {
        if (tool is not AIFunctionDeclaration function || function.JsonSchema.ValueKind != JsonValueKind.Object)
        {
            return tool;
        }

        if (Memory.TryGetValue(tool, out Known? known) && known.Description == function.Description
            && JsonMarshal.GetRawUtf8Value(function.JsonSchema).SequenceEqual(known.Schema))
        {
            return known.Result ?? tool;
        }

        string description = DescriptionText.Squeeze(function.Description);
        JsonElement? schema = SchemaMinifier.Minify(function.JsonSchema);
        AITool? result = schema is null && description == function.Description ? null
            : tool is AIFunction invocable ? new ShortFunction(invocable, description, schema ?? function.JsonSchema)
            : new ShortDeclaration(function, description, schema ?? function.JsonSchema);
        Memory.AddOrUpdate(tool, new Known(function.Description, JsonMarshal.GetRawUtf8Value(function.JsonSchema).ToArray(), result));
        return result ?? tool;
    }

    private sealed record Known(string Description, byte[] Schema, AITool? Result);

    private sealed class ShortFunction(AIFunction inner, string description, JsonElement schema) : DelegatingAIFunction(inner)
    {
        public override string Description => description;

        public override JsonElement JsonSchema => schema;
    }

    private sealed class ShortDeclaration(AIFunctionDeclaration inner, string description, JsonElement schema) : AIFunctionDeclaration
    {
        public override string Name => inner.Name;

        public override string Description => description;

        public override JsonElement JsonSchema => schema;

        public override JsonElement? ReturnJsonSchema => inner.ReturnJsonSchema;

        public override IReadOnlyDictionary<string, object?> AdditionalProperties => inner.AdditionalProperties;

        public override object? GetService(Type serviceType, object? serviceKey = null) => base.GetService(serviceType, serviceKey) ?? inner.GetService(serviceType, serviceKey);
    }
}
