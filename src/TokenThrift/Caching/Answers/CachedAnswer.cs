using Microsoft.Extensions.AI;
using TokenThrift.Receipts;

namespace TokenThrift.Caching.Answers;

/// <summary>An answer as it is kept. Immutable: what is served is always a copy.</summary>
internal sealed class CachedAnswer
{
    private readonly ChatResponse _response;

    public CachedAnswer(ChatResponse response, string entryId, DateTimeOffset createdAt, TokenUsage? usage)
    {
        _response = response;
        EntryId = entryId;
        CreatedAt = createdAt;
        Usage = usage;
        Text = response.Text;
    }

    public string EntryId { get; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>Gets the usage that the answer cost when it was made.</summary>
    public TokenUsage? Usage { get; }

    public string Text { get; }

    /// <summary>Gets whom the model has given this answer to, as keyed hashes; empty where that is not kept. Set before the answer is handed on.</summary>
    public IReadOnlyList<string> Askers { get; set; } = [];

    public string? ModelId => _response.ModelId;

    /// <summary>Gets the response for serialising; not to be handed out.</summary>
    internal ChatResponse Template => _response;

    /// <summary>Makes a response of its own for one caller.</summary>
    public ChatResponse ToResponse()
    {
        var messages = new List<ChatMessage>(_response.Messages.Count);
        foreach (ChatMessage message in _response.Messages)
        {
            var contents = new List<AIContent>(message.Contents.Count);
            foreach (AIContent content in message.Contents)
            {
                contents.Add(Copy(content));
            }

            messages.Add(new ChatMessage(message.Role, contents) { AuthorName = message.AuthorName, MessageId = message.MessageId });
        }

        return new ChatResponse(messages)
        {
            ResponseId = _response.ResponseId,
            ModelId = _response.ModelId,
            FinishReason = _response.FinishReason,
            CreatedAt = _response.CreatedAt,
            Usage = new UsageDetails { InputTokenCount = 0, OutputTokenCount = 0, TotalTokenCount = 0 },
        };
    }

    private static AIContent Copy(AIContent content) => content switch
    {
        TextContent text => new TextContent(text.Text),
        TextReasoningContent reasoning => new TextReasoningContent(reasoning.Text) { ProtectedData = reasoning.ProtectedData },
        FunctionCallContent call => new FunctionCallContent(call.CallId, call.Name, call.Arguments is null ? null : new Dictionary<string, object?>(call.Arguments)),
        DataContent data => new DataContent(data.Data, data.MediaType),
        _ => throw new InvalidOperationException($"A {content.GetType().Name} is not kept."),
    };
}
