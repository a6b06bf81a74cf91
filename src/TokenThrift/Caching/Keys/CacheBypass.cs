using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Caching.Keys;

/// <summary>Says which requests the cache keeps out of before it looks at their content.</summary>
internal static class CacheBypass
{
    /// <summary>Returns why the cache keeps out of a request, or null.</summary>
    /// <exception cref="ArgumentException">A setting of the request cannot be read.</exception>
    public static string? Of(IReadOnlyList<ChatMessage> messages, ChatOptions? request, SemanticCachingOptions options) =>
        !options.Enabled ? CacheReasons.Disabled
        : CacheRequestSettings.Bypass.GetOrDefault(request, false) ? CacheReasons.Asked
        : RequestSettings.Purpose.GetOrDefault(request, CallPurpose.Answer) != CallPurpose.Answer ? CacheReasons.Purpose
        : messages.Count == 0 ? CacheReasons.Empty
        : request?.ConversationId is not null ? CacheReasons.Conversation
        : IsContinued(request) ? CacheReasons.Continuation
        : request?.Temperature > options.MaxTemperature ? CacheReasons.Temperature
        : null;

#pragma warning disable MEAI001 // Experimental there; read here only to keep out of the way of such requests.
    private static bool IsContinued(ChatOptions? request) => request is { ContinuationToken: not null } or { AllowBackgroundResponses: true };
#pragma warning restore MEAI001
}
