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
    private const long Version = 1;

    private static readonly ChatOptions Unset = new();
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

    public CachePlan Plan(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestIdentity identity)
    {
        if (BypassOf(messages, options) is { } reason)
        {
            return new CachePlan(reason);
        }

        using var writer = new KeyWriter();
        writer.Number(Version);
        WriteScope(writer, identity);
        if (WriteOptions(writer, options) is { } unfit)
        {
            return new CachePlan(unfit);
        }

        var content = new ContentKey(writer);
        int last = messages.Count - 1;
        for (int i = 0; i < last; i++)
        {
            if (content.Message(messages[i]) is { } unhashable)
            {
                return new CachePlan(unhashable);
            }
        }

        CacheKey? partition = IsQuestion(messages[last]) && !messages.Take(last).Any(m => m.Role != ChatRole.System)
            ? Partition(writer, messages[last])
            : null;
        if (content.Message(messages[last]) is { } unhashableLast)
        {
            return new CachePlan(unhashableLast);
        }

        string exact = "tt1:" + writer.Hash(_secret);
        return new CachePlan(null)
        {
            ExactKey = exact,
            Partition = _options.Semantic ? partition : null,
            Question = partition is null ? string.Empty : messages[last].Text,
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
        return "ttf1:" + writer.Hash(_secret);
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

    private string? BypassOf(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        if (!_options.Enabled)
        {
            return CacheReasons.Disabled;
        }

        if (messages.Count == 0)
        {
            return CacheReasons.Empty;
        }

        if (options is null)
        {
            return null;
        }

        return CacheRequestSettings.Bypass.GetOrDefault(options, false) ? CacheReasons.Asked
            : RequestSettings.Purpose.GetOrDefault(options, CallPurpose.Answer) != CallPurpose.Answer ? CacheReasons.Purpose
            : options.ConversationId is not null ? CacheReasons.Conversation
            : IsContinued(options) ? CacheReasons.Continuation
            : options.Temperature > _options.MaxTemperature ? CacheReasons.Temperature
            : options.RawRepresentationFactory is not null && _options.RawRepresentationKey is null ? CacheReasons.RawRepresentation
            : null;
    }

#pragma warning disable MEAI001 // Experimental there; read here only to keep out of the way of such requests.
    private static bool IsContinued(ChatOptions options) => options.ContinuationToken is not null || options.AllowBackgroundResponses == true;
#pragma warning restore MEAI001

    private void WriteScope(KeyWriter writer, RequestIdentity identity)
    {
        CacheSharing sharing = _options.Sharing;
        string? tenant = sharing == CacheSharing.Everyone ? null : identity.Tenant;
        string? user = sharing is CacheSharing.User or CacheSharing.Session ? identity.User : null;
        bool bySession = sharing == CacheSharing.Session || (sharing == CacheSharing.User && user is null);

        // A session that was only inferred from equal messages is nobody's in particular.
        string? session = bySession && !identity.IsSessionInferred ? identity.Session : null;
        writer.Number((long)sharing);
        writer.Text(_options.Epoch);
        writer.Text(tenant);
        writer.Text(user);
        writer.Text(session);
    }

    private string? WriteOptions(KeyWriter writer, ChatOptions? options)
    {
        writer.Text(_route);
        writer.Text(options?.ModelId);
        if (options is null)
        {
            // Written as the options without any setting are, so that the two meet.
            options = Unset;
        }

        writer.Text(options.Instructions);
        writer.Number(options.Temperature);
        writer.Number(options.TopP);
        writer.Number(options.TopK ?? long.MinValue);
        writer.Number(options.FrequencyPenalty);
        writer.Number(options.PresencePenalty);
        writer.Number(options.MaxOutputTokens ?? long.MinValue);
        writer.Number(options.Seed ?? long.MinValue);
        writer.Number((long)(options.Reasoning?.Effort is { } effort ? (int)effort : -1));
        writer.Number((long)(options.Reasoning?.Output is { } output ? (int)output : -1));
        foreach (string stop in options.StopSequences ?? [])
        {
            writer.Tag((byte)'s');
            writer.Text(stop);
        }

        switch (options.ResponseFormat)
        {
            case ChatResponseFormatJson json:
                writer.Tag((byte)'j');
                writer.Text(json.SchemaName);
                writer.Text(json.SchemaDescription);
                writer.Json(json.Schema ?? default);
                break;
            default:
                // No format and text are the same request.
                writer.Tag((byte)'t');
                break;
        }

        if (options.Tools is { Count: > 0 } tools)
        {
            writer.Text(options.ToolMode switch
            {
                NoneChatToolMode => "none",
                RequiredChatToolMode required => "required " + required.RequiredFunctionName,
                _ => "auto",
            });
            writer.Number((long)(options.AllowMultipleToolCalls is { } allowed ? (allowed ? 1 : 0) : -1));
            foreach (AITool tool in tools)
            {
                if (ToolKeys.Write(writer, tool) is { } reason)
                {
                    return reason;
                }
            }
        }

        if (options.RawRepresentationFactory is not null)
        {
            if (_options.RawRepresentationKey?.Invoke(options) is not { } raw)
            {
                return CacheReasons.RawRepresentation;
            }

            writer.Tag((byte)'w');
            writer.Text(raw);
        }

        return new ContentKey(writer).Properties(options.AdditionalProperties);
    }
}
