using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Caching.Answers;

/// <summary>Says whether an answer may be kept, and for which tier.</summary>
internal static class AnswerAdmission
{
    /// <summary>Looks at an answer.</summary>
    /// <param name="response">The whole answer.</param>
    /// <param name="streamed">Whether it was streamed; a stream that was cut has no finish reason.</param>
    /// <param name="cacheableTools">The tools whose calls may be kept.</param>
    public static AnswerFitness Of(ChatResponse response, bool streamed, ISet<string> cacheableTools)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (response.ConversationId is not null || response.Messages.Count == 0 || AnswerMarks.IsCut(response) || AnswerMarks.IsDegraded(response))
        {
            return AnswerFitness.None;
        }

        bool calls = false;
        bool says = false;
        foreach (ChatMessage message in response.Messages)
        {
            if (message.Role != ChatRole.Assistant)
            {
                return AnswerFitness.None;
            }

            foreach (AIContent content in message.Contents)
            {
                switch (content)
                {
                    case TextContent text when content.GetType() == typeof(TextContent):
                        says |= !string.IsNullOrWhiteSpace(text.Text);
                        if (text.Annotations is { Count: > 0 })
                        {
                            return AnswerFitness.None;
                        }

                        break;
                    case FunctionCallContent call when call.Exception is null && cacheableTools.Contains(call.Name):
                        calls = true;
                        break;
                    case DataContent:
                        says = true;
                        break;
                    case TextReasoningContent or UsageContent:
                        break;
                    default:
                        return AnswerFitness.None;
                }
            }
        }

        bool isComplete = response.FinishReason == (calls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop)
            || (calls && response.FinishReason == ChatFinishReason.Stop)
            || (response.FinishReason is null && !streamed);
        return !isComplete || !(says || calls) ? AnswerFitness.None
            : calls ? AnswerFitness.Exact
            : AnswerFitness.Semantic;
    }

    /// <summary>Tells whether every content of a stored answer is of a kind that is kept.</summary>
    public static bool CanBeCopied(ChatResponse response) => response.Messages.Count > 0
        && response.Messages.All(m => m.Contents.All(c => c is TextContent or TextReasoningContent or FunctionCallContent or DataContent));
}
