using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;
using TokenThrift.Text;

namespace TokenThrift.Caching.Keys;

/// <summary>Says for a request under which keys its answer may be found. Safe for concurrent use.</summary>
internal sealed class CachePlanner
{
    // Part of every key: a change of the canonical form makes old entries unreachable rather than wrong.
    private const long Version = 2;

    private static readonly byte[] ProcessSecret = RandomNumberGenerator.GetBytes(32);
    private readonly SemanticCachingOptions _options;
    private readonly byte[] _secret;
    private readonly string? _route;

    public CachePlanner(SemanticCachingOptions options, string? route)
    {
        _options = options;
        _route = route;
        _secret = options.Secret is { Length: > 0 } secret ? SHA256.HashData(Encoding.UTF8.GetBytes(secret)) : ProcessSecret;
    }

    /// <summary>Makes the plan of a request that nothing keeps out of the cache so far (<see cref="CacheBypass"/>).</summary>
    /// <param name="messages">The messages, one at least.</param>
    /// <param name="options">The options, or null.</param>
    /// <param name="identity">Who asks.</param>
    public CachePlan Plan(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestIdentity identity)
    {
        if (CacheScope.Of(identity, _options.Sharing) is not { } scope)
        {
            return new CachePlan(CacheReasons.NoSession);
        }

        using var writer = new KeyWriter();
        writer.Number(Version);
        writer.Number((long)_options.Sharing);
        writer.Text(_options.Epoch);
        writer.Text(scope.Tenant);
        writer.Text(scope.User);
        writer.Text(scope.Session);
        writer.Text(_route);
        if (OptionsKey.Write(writer, options, _options.RawRepresentationKey) is { } unfit)
        {
            return new CachePlan(unfit);
        }

        var content = new ContentKey(writer);
        ChatMessage last = messages[^1];
        for (int i = 0; i < messages.Count - 1; i++)
        {
            if (content.Message(messages[i]) is { } unhashable)
            {
                return new CachePlan(unhashable);
            }
        }

        bool isComparable = _options.Semantic && scope.IsKnown && IsQuestion(last) && messages.Take(messages.Count - 1).All(m => m.Role == ChatRole.System);
        CacheKey? partition = isComparable ? Partition(writer, last) : null;
        return content.Message(last) is { } unhashableLast ? new CachePlan(unhashableLast) : new CachePlan(null)
        {
            ExactKey = "tt2:" + writer.Hash(_secret),
            Partition = partition,
            Question = isComparable ? last.Text : string.Empty,
        };
    }

    /// <summary>Returns the key of questions that are equal to this one after folding, or null where only identical requests may share.</summary>
    public string? FoldedKey(CachePlan plan)
    {
        if (plan.Partition is not { } partition)
        {
            return null;
        }

        using var writer = new KeyWriter();
        writer.Text(partition.ToString());
        writer.Text(TextFolding.Fold(plan.Question));
        return "ttf2:" + writer.Hash(_secret);
    }

    private CacheKey Partition(KeyWriter writer, ChatMessage question)
    {
        int length = writer.Length;
        writer.Tag((byte)'P');
        writer.Text(question.AuthorName);
        CacheKey partition = writer.Hash(_secret);
        writer.Rewind(length);
        return partition;
    }

    private static bool IsQuestion(ChatMessage message) =>
        message.Role == ChatRole.User && message.AdditionalProperties is not { Count: > 0 }
        && message.Contents.Count > 0 && message.Contents.All(c => c is TextContent { AdditionalProperties: not { Count: > 0 } })
        && !string.IsNullOrWhiteSpace(message.Text);
}
