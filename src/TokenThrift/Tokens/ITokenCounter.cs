using Microsoft.Extensions.AI;

namespace TokenThrift.Tokens;

/// <summary>Counts the tokens that a provider bills for a request.</summary>
/// <remarks>Implementations are safe for concurrent use and memoise by content, so that a growing conversation costs only its new part.</remarks>
public interface ITokenCounter
{
    /// <summary>Gets the name of the encoding or estimator, such as <c>o200k</c>.</summary>
    string Name { get; }

    /// <summary>Gets a value indicating whether plain text is counted with the model's own tokenizer.</summary>
    bool IsExact { get; }

    /// <summary>Gets the stated relative error of the estimate (0.15 for plus or minus 15 %); 0 when <see cref="IsExact"/>.</summary>
    double Margin { get; }

    /// <summary>Counts the tokens of plain text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The number of tokens.</returns>
    int CountText(ReadOnlySpan<char> text);

    /// <summary>Counts one message: its contents, its role and the overhead of a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The number of tokens.</returns>
    int CountMessage(ChatMessage message);

    /// <summary>Counts what the options add to the input: instructions, tool schemas, response format.</summary>
    /// <param name="options">The options, or <see langword="null"/>.</param>
    /// <returns>The number of tokens.</returns>
    int CountOptions(ChatOptions? options);

    /// <summary>Counts a whole request.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options, or <see langword="null"/>.</param>
    /// <returns>The number of input tokens.</returns>
    int Count(IEnumerable<ChatMessage> messages, ChatOptions? options);

    /// <summary>Returns a number of input tokens that no tokenizer can exceed for this request.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options, or <see langword="null"/>.</param>
    /// <returns>The bound in tokens, or <see langword="null"/> when the request has content whose size cannot be bounded.</returns>
    long? UpperBound(IEnumerable<ChatMessage> messages, ChatOptions? options);
}
