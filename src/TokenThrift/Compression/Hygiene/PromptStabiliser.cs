using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Compression.Hygiene;

/// <summary>Makes a request the same as the one before wherever it means the same. Pure functions of the request.</summary>
internal static class PromptStabiliser
{
    /// <summary>Puts function tools into the order of their names; others keep their places before them.</summary>
    public static ChatOptions? SortTools(ChatOptions? options)
    {
        if (options?.Tools is not { Count: > 1 } tools)
        {
            return options;
        }

        AITool[] sorted = [.. tools.Where(tool => tool is not AIFunctionDeclaration), .. tools.Where(tool => tool is AIFunctionDeclaration).OrderBy(tool => tool.Name, StringComparer.Ordinal)];
        if (sorted.SequenceEqual(tools))
        {
            return options;
        }

        ChatOptions clone = options.Clone();
        clone.Tools = sorted;
        return clone;
    }

    /// <summary>Puts the properties of JSON in tool calls and results into the order of their names.</summary>
    public static IReadOnlyList<ChatMessage> SortJson(IReadOnlyList<ChatMessage> messages)
    {
        ChatMessage[]? result = null;
        for (int i = 0; i < messages.Count; i++)
        {
            List<AIContent>? contents = null;
            for (int c = 0; c < messages[i].Contents.Count; c++)
            {
                if (Sort(messages[i].Contents[c]) is { } sorted)
                {
                    (contents ??= [.. messages[i].Contents])[c] = sorted;
                }
            }

            if (contents is not null)
            {
                (result ??= [.. messages])[i] = ToolResultText.With(messages[i], contents);
            }
        }

        return (IReadOnlyList<ChatMessage>?)result ?? messages;
    }

    private static AIContent? Sort(AIContent content)
    {
        switch (content)
        {
            case FunctionResultContent result when ToolResultText.Of(result.Result) is { } text:
                return CanonicalJson.Of(text) is { } json && json != text ? ToolResultText.With(result, json) : null;
            case FunctionCallContent { Arguments: { Count: > 0 } arguments, Exception: null } call:
                string before = ContentText.OfArguments(arguments);
                if (CanonicalJson.Of(before) is not { } after || after == before)
                {
                    return null;
                }

                using (JsonDocument document = JsonDocument.Parse(after))
                {
                    var sorted = document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value.Clone(), StringComparer.Ordinal);
                    return new FunctionCallContent(call.CallId, call.Name, sorted) { AdditionalProperties = call.AdditionalProperties, Annotations = call.Annotations };
                }

            default:
                return null;
        }
    }
}
