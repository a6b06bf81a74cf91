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

    /// <summary>What the key of a request starts with.</summary>
    internal const string ExactPrefix = "tt2:";

    private static readonly byte[] ProcessSecret = RandomNumberGenerator.GetBytes(32);
    private readonly SemanticCachingOptions _options;
    private readonly byte[] _secret;
    private readonly string? _route;

    public CachePlanner(SemanticCachingOptions options, string? route)
    {
        _options = options;
        _route = route;
        _secret = options.Secret is { Length: > 0 } secret ? KeyOf(secret) : ProcessSecret;
    }

    /// <summary>Makes a key of a secret of any length.</summary>
    public static byte[] KeyOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

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

        ChatMessage last = messages[^1];
        bool isComparable = _options.Semantic && scope.IsKnown && IsQuestion(last);
        bool isFirstTurn = isComparable && messages.Take(messages.Count - 1).All(m => m.Role == ChatRole.System);
        var turns = isComparable && !isFirstTurn && _options.History == HistoryPolicy.SameParent ? new TurnKeys(writer, _secret, messages) : null;
        var content = new ContentKey(writer);
        for (int i = 0; i < messages.Count - 1; i++)
        {
            turns?.Meet(i);
            if (content.Message(messages[i]) is { } unhashable)
            {
                return new CachePlan(unhashable);
            }
        }

        turns?.Meet(messages.Count - 1);
        CacheKey? partition = isFirstTurn ? Partition(writer, last) : null;
        return content.Message(last) is { } unhashableLast ? new CachePlan(unhashableLast) : new CachePlan(null)
        {
            ExactKey = ExactPrefix + writer.Hash(_secret),
            Partition = partition,
            Setting = turns?.Setting,
            Turn = turns?.Turn,
            Question = isComparable ? last.Text : string.Empty,
            Author = last.AuthorName,
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

    /// <summary>Returns the key under which it is noted that an answer is wrong for a question.</summary>
    /// <param name="partition">What must be equal.</param>
    /// <param name="question">What stands for the question after folding.</param>
    /// <param name="answer">What stands for the answer.</param>
    public string RejectionKey(string partition, string question, string answer)
    {
        using var writer = new KeyWriter();
        writer.Tag((byte)'R');
        writer.Text(partition);
        writer.Text(question);
        writer.Text(answer);
        return "ttr2:" + writer.Hash(_secret);
    }

    /// <summary>Returns the key under which is kept what was learnt.</summary>
    /// <param name="partition">What must be equal for one question to teach about another; null for what all partitions teach.</param>
    /// <param name="encoder">The embedder, on which the numbers depend.</param>
    /// <param name="comparer">Who says whether answers are the same.</param>
    public string LessonKey(string? partition, string encoder, string comparer)
    {
        using var writer = new KeyWriter();
        writer.Tag((byte)'L');
        writer.Number((long)HitEvidence.Version);
        writer.Text(partition);
        writer.Text(partition is null ? _route : null);
        writer.Text(partition is null ? _options.Epoch : null);
        writer.Text(encoder);
        writer.Text(comparer);
        return "ttl2:" + writer.Hash(_secret);
    }

    /// <summary>Names who asks, by a keyed hash; null where neither a user nor a session is known.</summary>
    public string? Asker(RequestIdentity identity)
    {
        string? session = identity.IsSessionInferred ? null : identity.Session;
        if (identity.User is null && session is null)
        {
            return null;
        }

        using var writer = new KeyWriter();
        writer.Tag((byte)'A');
        writer.Text(identity.Tenant);
        writer.Text(identity.User);
        writer.Text(identity.User is null ? session : null);
        return writer.Hash(_secret).ToString();
    }

    /// <summary>Returns what names an answered request as the turn before another one, or null where turns are not followed.</summary>
    /// <param name="exactKey">The key of the request that was answered.</param>
    /// <param name="answer">The text of the answer.</param>
    public string? Turn(string exactKey, string answer) => _options.History == HistoryPolicy.SameParent ? TurnKeys.Of(_secret, exactKey, answer) : null;

    /// <summary>Returns the plan of a request whose turn before is known: only questions that follow the same turn share with it.</summary>
    /// <param name="plan">The plan; one with a <see cref="CachePlan.Turn"/>.</param>
    /// <param name="turn">The turn before, or the one whose answer it was served.</param>
    public CachePlan After(CachePlan plan, string turn)
    {
        using var writer = new KeyWriter();
        writer.Text(plan.Setting.ToString());
        writer.Text(turn);
        writer.Text(plan.Author);
        return plan with { Partition = writer.Hash(_secret), Turn = null };
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
