using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>An answer must have come to its end and hold something.</summary>
internal sealed class FinishCheck : IAnswerCheck
{
    /// <summary>The code of an answer that the provider's filter stopped.</summary>
    public const string ContentFilter = "content-filter";

    public string Name => "finish";

    public ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Check(context));

    private static CheckResult Check(AnswerCheckContext context)
    {
        if (context.Response.FinishReason == ChatFinishReason.ContentFilter)
        {
            return CheckResult.Fail(ContentFilter);
        }

        if (context.Response.FinishReason == ChatFinishReason.Length)
        {
            return CheckResult.Fail("cut-off", "The answer was cut off at the output limit.");
        }

        bool holdsSomething = context.ToolCalls.Count > 0
            || !string.IsNullOrWhiteSpace(context.Text)
            || context.Response.Messages.SelectMany(m => m.Contents).Any(c => c is not (TextContent or TextReasoningContent or UsageContent));
        return holdsSomething ? CheckResult.Pass : CheckResult.Fail("empty", "The answer was empty.");
    }
}
