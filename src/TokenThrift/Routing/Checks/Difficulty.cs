using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>How hard a request looks by its length alone: longer questions ask for more, and cheap models fail them more often.</summary>
/// <remarks>
/// A weak sign, but one that is there before anything was learnt: length alone orders requests better than chance on
/// MMLU and GSM8K. It levels off, so that no request is turned away for its length.
/// </remarks>
internal static class Difficulty
{
    private const double Usual = 250;
    private const double Most = 0.4;

    /// <summary>Estimates what the length of the question takes from the log-odds of a good answer; negative for a short one.</summary>
    public static double Of(IReadOnlyList<ChatMessage> messages)
    {
        for (int i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i].Role == ChatRole.User && messages[i].Text is { Length: > 0 } text)
            {
                return Most * Math.Tanh(Math.Log(text.Length / Usual));
            }
        }

        return 0;
    }
}
