namespace TokenThrift.TestSupport;

/// <summary>What the loopback server says to one request: an answer, or a fault as providers have them.</summary>
public sealed record LoopbackReply
{
    public string Text { get; init; } = string.Empty;

    public IReadOnlyList<LoopbackToolCall> ToolCalls { get; init; } = [];

    public string FinishReason { get; init; } = "stop";

    public long InputTokens { get; init; } = 10;

    public long CachedTokens { get; init; }

    public long OutputTokens { get; init; } = 5;

    public long ReasoningTokens { get; init; }

    /// <summary>Gets a value indicating whether the answer reports what it used.</summary>
    public bool ReportsUsage { get; init; } = true;

    /// <summary>Gets the model that the answer says it came from; the asked one when not set.</summary>
    public string? ServedModel { get; init; }

    public int StatusCode { get; init; } = 200;

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets the header word for word, for dates and for nonsense.</summary>
    public string? RetryAfterText { get; init; }

    public LoopbackFault Fault { get; init; }

    /// <summary>Gets what a streamed answer waits for in its middle, or <see langword="null"/>.</summary>
    public Task? Pause { get; init; }

    public static LoopbackReply Answer(string text, long input = 10, long output = 5, long cached = 0) =>
        new() { Text = text, InputTokens = input, OutputTokens = output, CachedTokens = cached };

    public static LoopbackReply ToolCall(string name, string argumentsJson = "{}", string id = "call_1") =>
        new() { ToolCalls = [new LoopbackToolCall(id, name, argumentsJson)], FinishReason = "tool_calls" };

    public static LoopbackReply RateLimited(TimeSpan retryAfter) =>
        new() { StatusCode = 429, ErrorCode = "rate_limit_exceeded", ErrorMessage = "Rate limit reached.", RetryAfter = retryAfter };

    public static LoopbackReply RateLimited(string retryAfter) => RateLimited(TimeSpan.Zero) with { RetryAfter = null, RetryAfterText = retryAfter };

    public static LoopbackReply QuotaExhausted() =>
        new() { StatusCode = 429, ErrorCode = "insufficient_quota", ErrorMessage = "You exceeded your current quota, please check your plan and billing details." };

    public static LoopbackReply KeyRefused() => new() { StatusCode = 401, ErrorCode = "invalid_api_key", ErrorMessage = "Incorrect API key provided." };

    public static LoopbackReply BadRequest() => new() { StatusCode = 400, ErrorCode = "invalid_value", ErrorMessage = "Invalid value for 'messages'." };

    public static LoopbackReply ServerError() =>
        new() { StatusCode = 500, ErrorCode = "server_error", ErrorMessage = "The server had an error." };

    /// <summary>Never answers; the connection stays open until the caller or the server gives up.</summary>
    public static LoopbackReply Hang() => new() { Fault = LoopbackFault.Hang };

    /// <summary>Begins a stream with its role and says no more; an answer that is not streamed never comes.</summary>
    public static LoopbackReply Stall() => new() { Fault = LoopbackFault.Stall };

    /// <summary>Sends the first half of the answer and drops the connection.</summary>
    public static LoopbackReply Cut(string text) => new() { Text = text, Fault = LoopbackFault.Cut };

    public static LoopbackReply BadJson() => new() { Fault = LoopbackFault.BadJson };

    /// <summary>The provider's filter stopped the answer.</summary>
    public static LoopbackReply ContentFiltered() => new() { FinishReason = "content_filter" };

    /// <summary>The provider's filter refused the prompt.</summary>
    public static LoopbackReply PromptFiltered() =>
        new() { StatusCode = 400, ErrorCode = "content_filter", ErrorMessage = "The response was filtered." };

    public static LoopbackReply ContextOverflow() => new()
    {
        StatusCode = 400,
        ErrorCode = "context_length_exceeded",
        ErrorMessage = "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
    };
}
