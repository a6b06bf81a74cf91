using Microsoft.Extensions.AI;
using TokenThrift.Models;

namespace TokenThrift.Routing;

/// <summary>What a check may read: the request as the application made it, and the answer.</summary>
/// <param name="messages">The messages of the request.</param>
/// <param name="options">The options of the request, or <see langword="null"/>.</param>
/// <param name="response">The answer.</param>
/// <param name="model">The model that gave it.</param>
public sealed class AnswerCheckContext(IReadOnlyList<ChatMessage> messages, ChatOptions? options, ChatResponse response, ModelInfo model)
{
    /// <summary>Gets the messages of the request.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; } = messages;

    /// <summary>Gets the options of the request, or <see langword="null"/>.</summary>
    public ChatOptions? Options { get; } = options;

    /// <summary>Gets the answer.</summary>
    public ChatResponse Response { get; } = response;

    /// <summary>Gets the model that gave the answer.</summary>
    public ModelInfo Model { get; } = model;

    /// <summary>Gets the text of the answer.</summary>
    public string Text { get; } = response?.Text ?? throw new ArgumentNullException(nameof(response));

    /// <summary>Gets the tool calls of the answer.</summary>
    public IReadOnlyList<FunctionCallContent> ToolCalls { get; } = [.. response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>()];
}
