using Microsoft.Extensions.AI;
using TokenThrift.Compression.Tools;

namespace TokenThrift.Compression;

/// <summary>Chooses from many tool definitions those that a conversation is likely to need.</summary>
/// <remarks>
/// Ranks by name, description and parameters against what the user asked. Choose once for a session and only append
/// later: definitions stand at the start of the prompt, so a changed choice breaks the provider's whole prompt cache.
/// Safe for concurrent use.
/// </remarks>
public static class ToolSelector
{
    /// <summary>Chooses tools.</summary>
    /// <param name="query">What the user asked.</param>
    /// <param name="tools">All tools.</param>
    /// <param name="keep">How many to keep; at least 1.</param>
    /// <returns>The chosen tools in the order in which they were given.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="keep"/> is less than 1.</exception>
    public static IReadOnlyList<AITool> Select(string query, IReadOnlyList<AITool> tools, int keep)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        if (tools.Count <= keep)
        {
            return tools;
        }

        HashSet<int> chosen = [.. new ToolIndex(tools).Rank(query).Take(keep)];
        return [.. tools.Where((_, i) => chosen.Contains(i))];
    }
}
