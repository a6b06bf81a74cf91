using System.Runtime.CompilerServices;
using System.Security.Cryptography;
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

        byte[] hash = Hashes.GetValue(function, static t => Hash((AIFunctionDeclaration)t));
        writer.Bytes(hash);
        return hash.Length > 0 ? null : CacheReasons.Unhashable;
    }

    private static byte[] Hash(AIFunctionDeclaration function)
    {
        using var writer = new KeyWriter();
        writer.Text(function.Name);
        writer.Text(function.Description);
        writer.Json(function.JsonSchema);
        writer.Json(function.ReturnJsonSchema ?? default);

        // Providers read settings there, such as whether the schema is strict.
        return new ContentKey(writer).Properties(function.AdditionalProperties) is null ? SHA256.HashData(writer.Written) : [];
    }
}
