using Microsoft.Extensions.AI;
using TokenThrift.Compression.Sessions;

namespace TokenThrift.Compression.Retrieval;

/// <summary>Answers calls of the retrieve tool.</summary>
/// <remarks>Originals are looked for in the request itself first: the application's own messages still hold them.</remarks>
internal sealed class Retriever(CompressionStore store)
{
    private const string Unknown = "There is no such reference in this conversation. A reference looks like tt-0123456789ab.";
    private const string Gone = "This content is no longer stored. Run the tool that produced it again if you need it.";
    private const string Enough = "No more can be retrieved for this answer. Answer with what you have.";

    /// <summary>Answers the retrieve calls of an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="conversation">The conversation as it was sent.</param>
    /// <param name="scope">Whose originals may be looked up.</param>
    /// <param name="isExhausted">Whether the model has asked often enough.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>The exchange, or <see langword="null"/> when the answer has no retrieve call.</returns>
    public async ValueTask<HiddenExchange?> AnswerAsync(
        IEnumerable<ChatMessage> response, Conversation conversation, string scope, bool isExhausted, CancellationToken cancellationToken)
    {
        IReadOnlyList<ChatMessage> full = [.. response];
        var results = new List<AIContent>();
        foreach (FunctionCallContent call in full.SelectMany(message => message.Contents).Where(RetrieveTool.IsCall).Cast<FunctionCallContent>())
        {
            results.Add(new FunctionResultContent(call.CallId, await AnswerAsync(call, conversation, scope, isExhausted, cancellationToken).ConfigureAwait(false)));
        }

        return results.Count == 0 ? null : new HiddenExchange(full, HiddenExchange.WithoutCalls(full), new ChatMessage(ChatRole.Tool, results));
    }

    /// <summary>Answers one call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="conversation">The conversation as it was sent.</param>
    /// <param name="scope">Whose originals may be looked up.</param>
    /// <param name="isExhausted">Whether the model has asked often enough.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    public ValueTask<string> AnswerAsync(FunctionCallContent call, Conversation conversation, string scope, bool isExhausted, CancellationToken cancellationToken) =>
        isExhausted ? ValueTask.FromResult(Enough) : FindAsync(call, conversation, scope, cancellationToken);

    private async ValueTask<string> FindAsync(FunctionCallContent call, Conversation conversation, string scope, CancellationToken cancellationToken)
    {
        (string? reference, string? query) = RetrieveTool.Read(call);
        if (reference is null)
        {
            return Unknown;
        }

        string? original = conversation.FindOriginal(reference);
        if (original is null && conversation.Mentions(reference))
        {
            original = await store.FindAsync(scope, reference, cancellationToken).ConfigureAwait(false);
            if (original is null)
            {
                return Gone;
            }
        }

        return original is null ? Unknown : query is null ? original : Passages.About(original, query);
    }
}
