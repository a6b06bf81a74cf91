using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>Hashes what the options put before the messages of a prompt: tools, instructions, response format.</summary>
internal static class PromptOptionsHash
{
    private static readonly ConditionalWeakTable<AITool, StrongBox<UInt128>> Tools = [];

    public static UInt128 Of(ChatOptions? options)
    {
        UInt128 hash = UInt128.Zero;
        if (options is null)
        {
            return hash;
        }

        foreach (AITool tool in options.Tools ?? [])
        {
            hash = MessageHash.Chain(hash, Tools.GetValue(tool, static t => new StrongBox<UInt128>(OfTool(t))).Value);
        }

        if (options.ResponseFormat is ChatResponseFormatJson { Schema: { } schema })
        {
            hash = MessageHash.Chain(hash, MessageHash.Of(schema.GetRawText()));
        }

        return options.Instructions is { Length: > 0 } instructions ? MessageHash.Chain(hash, MessageHash.Of(instructions)) : hash;
    }

    private static UInt128 OfTool(AITool tool)
    {
        UInt128 hash = MessageHash.Chain(MessageHash.Of(tool.Name), MessageHash.Of(tool.Description));
        return tool is AIFunctionDeclaration function ? MessageHash.Chain(hash, MessageHash.Of(function.JsonSchema.GetRawText())) : hash;
    }
}
