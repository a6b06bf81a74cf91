using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TokenThrift.Caching.Keys;

/// <summary>Hashes tool declarations, each object once.</summary>
internal static class ToolKeys
{
    private static readonly ConditionalWeakTable<AITool, byte[]> Hashes = [];

    /// <summary>Writes a tool. Returns why it cannot be part of a key, or null.</summary>
    public static string? Write(KeyWriter writer, AITool tool)
    {
        if (tool is not AIFunctionDeclaration function)
        {
            // A hosted tool reads the web, files or a sandbox: its answer is not a function of the request.
            return CacheReasons.HostedTool;
        }

        if (tool.GetService<ApprovalRequiredAIFunction>() is not null)
        {
            return CacheReasons.Approval;
        }

        writer.Tag((byte)'T');
        writer.Bytes(Hashes.GetValue(function, static t => Hash((AIFunctionDeclaration)t)));
        return null;
    }

    private static byte[] Hash(AIFunctionDeclaration function)
    {
        using var writer = new KeyWriter();
        writer.Text(function.Name);
        writer.Text(function.Description);
        writer.Json(function.JsonSchema);
        if (function.ReturnJsonSchema is { ValueKind: not JsonValueKind.Undefined } returned)
        {
            writer.Json(returned);
        }

        return SHA256.HashData(writer.Written);
    }
}
