using Microsoft.Extensions.AI;

namespace TokenThrift.TestSupport;

public static class ChatClientTestExtensions
{
    /// <summary>Asks a client streamed or not, so that one theory tests both.</summary>
    public static async Task<ChatResponse> AskAsync(
        this IChatClient client, bool streamed, IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (!streamed)
        {
            return await client.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        }

        var updates = new List<ChatResponseUpdate>();
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            updates.Add(update);
        }

        return updates.ToChatResponse();
    }

    /// <summary>Asks a client one question, streamed or not.</summary>
    public static Task<ChatResponse> AskAsync(this IChatClient client, bool streamed, string question, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        client.AskAsync(streamed, [new ChatMessage(ChatRole.User, question)], options, cancellationToken);
}
