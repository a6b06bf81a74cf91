namespace TokenThrift.Routing;

/// <summary>A short answer that opens by declining is no answer. Several languages; long answers are never judged by their opening.</summary>
internal sealed class RefusalCheck : IAnswerCheck
{
    private const int LongestRefusal = 400;

    private static readonly string[] Openings =
    [
        "i can't help", "i cannot help", "i can't assist", "i cannot assist", "i'm unable to", "i am unable to", "i'm not able to", "i am not able to",
        "i'm sorry, but i can", "i am sorry, but i can", "sorry, but i can", "sorry, i can", "i apologize, but i can", "as an ai", "i must decline", "i won't be able",
        "i don't have access to", "i do not have access to", "i don't have enough information", "i do not have enough information",
        "es tut mir leid, aber", "ich kann dir dabei nicht", "ich kann ihnen dabei nicht", "das kann ich leider nicht",
        "je suis désolé, mais", "désolé, mais je ne peux", "je ne peux pas vous aider", "lo siento, pero no", "no puedo ayudar", "mi dispiace, ma non",
        "desculpe, mas não", "sinto muito, mas não", "het spijt me, maar", "przykro mi, ale nie", "抱歉", "很抱歉", "申し訳ありません", "죄송합니다",
    ];

    public string Name => "refusal";

    public ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(context.ToolCalls.Count == 0 && IsRefusal(context.Text) ? CheckResult.Fail("refusal", "The answer declined the request.") : CheckResult.Pass);

    internal static bool IsRefusal(string text)
    {
        ReadOnlySpan<char> opening = text.AsSpan().Trim();
        if (opening.Length is 0 or > LongestRefusal)
        {
            return false;
        }

        string folded = opening[..Math.Min(opening.Length, 80)].ToString().Replace('’', '\'');
        foreach (string refusal in Openings)
        {
            if (folded.StartsWith(refusal, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
