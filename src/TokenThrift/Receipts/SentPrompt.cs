using Microsoft.Extensions.AI;
using TokenThrift.Tokens;

namespace TokenThrift.Receipts;

/// <summary>What a request or a call sent, kept until the receipt is written and never longer.</summary>
/// <param name="messages">The messages.</param>
/// <param name="options">The options, or <see langword="null"/>.</param>
internal sealed class SentPrompt(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
{
    private ITokenCounter? _counter;
    private PromptShape? _shape;

    public IReadOnlyList<ChatMessage> Messages => messages;

    public ChatOptions? Options => options;

    /// <summary>The prompt piece by piece, worked out once for each counter that asks.</summary>
    public PromptShape ShapeFor(ITokenCounter counter)
    {
        if (_shape is not { } shape || !ReferenceEquals(_counter, counter))
        {
            shape = PromptShape.Of(counter, messages, options);
            _shape = shape;
            _counter = counter;
        }

        return shape;
    }

    /// <summary>Says whether another prompt holds the very same messages and tools, so that it has the same shape.</summary>
    public bool IsSameAs(SentPrompt other) =>
        ReferenceEquals(messages, other.Messages)
        && ReferenceEquals(options?.Instructions, other.Options?.Instructions)
        && ReferenceEquals(options?.ResponseFormat, other.Options?.ResponseFormat)
        && (options?.Tools ?? []).SequenceEqual(other.Options?.Tools ?? [], ReferenceEqualityComparer.Instance);
}
