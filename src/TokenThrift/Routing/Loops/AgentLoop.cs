using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Reads the state of an agent's loop off its history. Pure functions.</summary>
internal static class AgentLoop
{
    private const int Window = 6;
    private const int Repeats = 3;
    private const int Errors = 3;

    /// <summary>Says whether a tool's result is being answered, or a call still waits for its result: the model must not change now.</summary>
    public static bool IsLocked(IReadOnlyList<ChatMessage> messages)
    {
        if (messages.Count > 0 && messages[^1].Role == ChatRole.Tool)
        {
            return true;
        }

        HashSet<string>? answered = null;
        for (int i = messages.Count - 1; i >= 0; i--)
        {
            foreach (AIContent content in messages[i].Contents)
            {
                if (content is FunctionResultContent result)
                {
                    (answered ??= new(StringComparer.Ordinal)).Add(result.CallId);
                }
                else if (content is FunctionCallContent { InformationalOnly: false } call && answered?.Contains(call.CallId) != true)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Says whether the loop is stuck.</summary>
    public static StallKind StallOf(IReadOnlyList<ChatMessage> messages)
    {
        var calls = new List<string>(Window);
        var results = new List<FunctionResultContent>(Errors);
        for (int i = messages.Count - 1; i >= 0 && messages[i].Role != ChatRole.User; i--)
        {
            IList<AIContent> contents = messages[i].Contents;
            for (int j = contents.Count - 1; j >= 0; j--)
            {
                if (contents[j] is FunctionCallContent call && calls.Count < Window)
                {
                    calls.Add(Canonical(call));
                }
                else if (contents[j] is FunctionResultContent result && results.Count < Errors)
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

    // The same arguments in another order are the same call.
    private static string Canonical(FunctionCallContent call) =>
        call.Arguments is not { Count: > 0 } arguments ? call.Name
        : $"{call.Name} {string.Join(", ", arguments.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={ContentText.Of(a.Value)}"))}";

    // Function loops write "Error: ..."; servers of tools answer with a JSON object that says so.
    private static bool IsError(FunctionResultContent result)
    {
        if (result.Exception is not null)
        {
            return true;
        }

        string text = ContentText.Of(result.Result).TrimStart('"', ' ');
        return text.StartsWith("error", StringComparison.OrdinalIgnoreCase)
            || (text.StartsWith('{') && TolerantJson.TryRead(text, out JsonElement json) && json.ValueKind == JsonValueKind.Object && SaysError(json));
    }

    private static bool SaysError(JsonElement json) =>
        (json.TryGetProperty("error", out JsonElement error) && error.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
        || (json.TryGetProperty("isError", out JsonElement flag) && flag.ValueKind == JsonValueKind.True);
}
