using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>Makes the request that shows a model its own answer and what is wrong with it. A pure function.</summary>
internal static class RepairRequest
{
    /// <summary>Makes the messages.</summary>
    /// <param name="messages">The messages that were answered.</param>
    /// <param name="answer">The answer that failed a check.</param>
    /// <param name="fault">What the check says the model should mend.</param>
    public static IReadOnlyList<ChatMessage> Of(IReadOnlyList<ChatMessage> messages, ChatResponse answer, string fault)
    {
        List<ChatMessage> repair = [.. messages, .. answer.Messages];
        List<AIContent> results = [];
        foreach (ChatMessage message in answer.Messages)
        {
            foreach (AIContent content in message.Contents)
            {
                if (content is FunctionCallContent call)
                {
                    // A call must be followed by its result; nothing was run, and the result says so.
                    results.Add(new FunctionResultContent(call.CallId, $"Error: not run. {fault}"));
                }
            }
        }

        repair.Add(results.Count > 0 ? new ChatMessage(ChatRole.Tool, results) : new ChatMessage(ChatRole.User, $"{fault} Give the whole answer again."));
        return repair;
    }
}
