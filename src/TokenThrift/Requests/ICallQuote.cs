using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>Says what a request would cost. A leg answers it through <see cref="IChatClient.GetService"/>.</summary>
/// <remarks>Each decorator of a leg that changes the cost (compression, the budget gate) asks the one below and adds what it knows. Nothing is sent.</remarks>
public interface ICallQuote
{
    /// <summary>Quotes a request.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The quote.</returns>
    ValueTask<CallQuote> QuoteAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken = default);
}
