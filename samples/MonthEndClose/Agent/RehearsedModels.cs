using TokenThrift.Requests;
using TokenThrift.Routing;

namespace TokenThrift.Samples.MonthEndClose.Agent;

/// <summary>Lets any model look things up, and lets a model finish a task only where it did so rightly in rehearsal.</summary>
/// <param name="hasPassed">Whether a model (second) has passed a task (first) in rehearsal; <see langword="null"/> where the task was not rehearsed.</param>
internal sealed class RehearsedModels(Func<string, string, bool?> hasPassed) : IAnswerCheck
{
    public string Name => "rehearsed";

    public ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(
            context.ToolCalls.Count > 0 ? CheckResult.Pass
            : (AmbientTask.Current is { } task ? hasPassed(task.Name, context.Model.Id) : null) switch
            {
                true => CheckResult.Pass,
                false => CheckResult.Fail("not-rehearsed"),
                null => CheckResult.Unknown,
            });
}
