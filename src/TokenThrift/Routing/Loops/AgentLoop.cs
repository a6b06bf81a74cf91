using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Reads the state of an agent's loop off its history. Pure functions.</summary>
internal static class AgentLoop
{
    private const int Window = 6;
    private const int Repeats = 3;
    private const int Errors = 3;

    /// <summary>Says whether the model must not change now: a tool's result is being answered, or the provider holds the state.</summary>
    public static bool IsLocked(IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        options?.ConversationId is not null || options?.ContinuationToken is not null || (messages.Count > 0 && messages[^1].Role == ChatRole.Tool);

    /// <summary>Says whether the loop is stuck.</summary>
    public static StallKind StallOf(IReadOnlyList<ChatMessage> messages)
    {
        var calls = new List<string>(Window);
        var results = new List<FunctionResultContent>(Errors);
        for (int i = messages.Count - 1; i >= 0 && messages[i].Role != ChatRole.User; i--)
        {
            foreach (AIContent content in messages[i].Contents.Reverse())
            {
                if (content is FunctionCallContent call && calls.Count < Window)
                {
                    calls.Add(call.Name + ContentText.OfArguments(call.Arguments));
                }
                else if (content is FunctionResultContent result && results.Count < Errors)
                {
                    results.Add(result);
                }
            }
        }

        return calls.Count > 0 && calls.Count(c => c == calls[0]) >= Repeats ? StallKind.RepeatedCall
            : results.Count == Errors && results.TrueForAll(IsError) ? StallKind.RepeatedErrors
            : StallKind.None;
    }

    /// <summary>Guesses how many more steps the loop takes: about as many as it has taken.</summary>
    public static int RemainingSteps(IReadOnlyList<ChatMessage> messages) => Math.Max(1, messages.Count(m => m.Role == ChatRole.Assistant));

    private static bool IsError(FunctionResultContent result) =>
        result.Exception is not null || ContentText.Of(result.Result).TrimStart('"', ' ').StartsWith("error", StringComparison.OrdinalIgnoreCase);
}
