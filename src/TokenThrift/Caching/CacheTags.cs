using Microsoft.Extensions.AI;

namespace TokenThrift.Caching;

/// <summary>The tags under which an answer is stored.</summary>
internal static class CacheTags
{
    /// <summary>The tag of every answer that the cache stores.</summary>
    public const string All = "tokenthrift";

    private static readonly string[] OnlyAll = [All];

    public static IReadOnlyCollection<string> Of(ChatOptions? options) => CacheRequestSettings.Tags.TryGet(options, out string tags)
        ? [All, .. tags.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(t => t != "*")]
        : OnlyAll;
}
