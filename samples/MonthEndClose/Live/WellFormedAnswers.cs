using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Routing;

namespace TokenThrift.Samples.MonthEndClose.Live;

/// <summary>Refuses an answer that is not JSON where the task asked for JSON; a stronger model is asked then.</summary>
/// <remarks>Nobody rehearsed with the models of a live run, so this is all that a team could check beforehand.</remarks>
internal sealed class WellFormedAnswers : IAnswerCheck
{
    public string Name => "well-formed";

    public ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default)
    {
        bool asksForJson = context.Messages.LastOrDefault(x => x.Role == ChatRole.User)?.Text.Contains("Answer with JSON", StringComparison.Ordinal) == true;
        return ValueTask.FromResult(context.ToolCalls.Count > 0 || !asksForJson || IsJson(context.Text) ? CheckResult.Pass : CheckResult.Fail("not-json"));
    }

    private static bool IsJson(string text)
    {
        int from = text.IndexOf('{', StringComparison.Ordinal);
        int to = text.LastIndexOf('}');
        if (from < 0 || to < from)
        {
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text[from..(to + 1)]);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
