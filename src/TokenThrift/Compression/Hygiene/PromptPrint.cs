using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Compression.Hygiene;

/// <summary>What is remembered of a request to compare the next one with: hashes, and the instructions without what changes.</summary>
internal sealed class PromptPrint
{
    private const int LongestJson = 65_536;

    private PromptPrint(string[] tools, Dictionary<string, UInt128> definitions, UInt128[] messages, UInt128[] meanings)
    {
        Tools = tools;
        Definitions = definitions;
        Messages = messages;
        Meanings = meanings;
    }

    public string[] Tools { get; }

    public Dictionary<string, UInt128> Definitions { get; }

    /// <summary>Gets a hash of each message as it is sent.</summary>
    public UInt128[] Messages { get; }

    /// <summary>Gets a hash of what each message means: of instructions without moments, of JSON without its order.</summary>
    public UInt128[] Meanings { get; }

    public static PromptPrint Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options, PromptPrint? before)
    {
        AIFunctionDeclaration[] tools = [.. options?.Tools?.OfType<AIFunctionDeclaration>() ?? []];
        var definitions = new Dictionary<string, UInt128>(StringComparer.Ordinal);
        foreach (AIFunctionDeclaration tool in tools)
        {
            string schema = tool.JsonSchema.ValueKind == JsonValueKind.Undefined ? string.Empty : tool.JsonSchema.GetRawText();
            definitions[tool.Name] = MessageHash.Chain(MessageHash.Of(tool.Description), MessageHash.Of(schema));
        }

        var hashes = new UInt128[messages.Count];
        var meanings = new UInt128[messages.Count];
        for (int i = 0; i < messages.Count; i++)
        {
            hashes[i] = MessageHash.Of(messages[i]);
            // What did not change is not read again, so the work is proportional to what is new.
            meanings[i] = before is not null && i < before.Messages.Length && before.Messages[i] == hashes[i] ? before.Meanings[i] : MeaningOf(messages[i]);
        }

        return new PromptPrint([.. tools.Select(tool => tool.Name)], definitions, hashes, meanings);
    }

    private static UInt128 MeaningOf(ChatMessage message)
    {
        UInt128 hash = MessageHash.Of(message.Role.Value);
        foreach (AIContent content in message.Contents)
        {
            string? text = content switch
            {
                TextContent written when message.Role == ChatRole.System => VolatileText.Mask(written.Text),
                TextContent written => written.Text,
                FunctionCallContent call => $"{call.CallId}\t{call.Name}\t{Canonical(ContentText.OfArguments(call.Arguments))}",
                FunctionResultContent result when ToolResultText.Of(result.Result) is { } value => $"{result.CallId}\t{Canonical(value)}",
                _ => null,
            };
            hash = MessageHash.Chain(hash, text is null ? MessageHash.Of(new ChatMessage(message.Role, [content])) : MessageHash.Of(text));
        }

        return hash;
    }

    private static string Canonical(string text) => text.Length > LongestJson ? text : CanonicalJson.Of(text) ?? text;
}
