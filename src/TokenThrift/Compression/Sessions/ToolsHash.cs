using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Compression.Sessions;

/// <summary>Tells whether the tools of a conversation changed between two calls.</summary>
internal static class ToolsHash
{
    private static readonly ConditionalWeakTable<AITool, StrongBox<UInt128>> Known = [];

    public static UInt128 Of(ChatOptions? options)
    {
        UInt128 hash = 0;
        foreach (AITool tool in options?.Tools ?? [])
        {
            hash = MessageHash.Chain(hash, Known.GetValue(tool, static t => new StrongBox<UInt128>(
                MessageHash.Of($"{t.Name}\n{t.Description}\n{(t is AIFunctionDeclaration function ? function.JsonSchema.GetRawText() : string.Empty)}"))).Value);
        }

        return hash;
    }
}
