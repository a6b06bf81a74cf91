using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Runs the checks over an answer and decides what is done with it.</summary>
internal sealed class AnswerJudge(AnswerChecker checker, RoutingMemory memory, RoutingOptions settings)
{
    /// <summary>Judges an answer.</summary>
    /// <param name="run">The request.</param>
    /// <param name="step">Who answered.</param>
    /// <param name="response">The answer.</param>
    /// <param name="deadline">The time limit of the request; an answer that cannot be judged in time is not served as a good one.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async ValueTask<AnswerJudgement> JudgeAsync(RouteRun run, RouteStep step, ChatResponse response, RouteDeadline deadline, CancellationToken cancellationToken)
    {
        if (AnswerMarks.IsCut(response))
        {
            // The budget cut it: a dearer model would be cut the sooner.
            return new AnswerJudgement(AnswerVerdict.Accepted, 0, "cut-by-budget");
        }

        var context = new AnswerCheckContext(run.Messages, run.Options, response, step.Leg.Leg.Model);
        AnswerEvidence evidence;
        try
        {
            evidence = await checker.GatherAsync(context, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsOver && !cancellationToken.IsCancellationRequested)
        {
            return new AnswerJudgement(AnswerVerdict.Refused, 0, "deadline");
        }

        string leg = step.Leg.Leg.Id;
        double score = memory.Score(leg, step.Leg.Keep, step.Leg.Best, evidence);
        memory.ObserveUplift(leg, step.Leg.Keep, score);
        bool passed = evidence.Failure is null && score >= memory.ThresholdOf(leg);
        memory.ObservePass(leg, run.Plan.TaskType, passed ? 1 : 0);
        bool isStrongest = step.Leg.Leg.Prior >= run.Plan.Strongest;
        bool isGood = passed || (evidence.Failure is null && (isStrongest || (memory.Guarantee is null && !run.CanEscalateFrom(step.Leg))));
        bool isAudited = run.Audit?.Observe(step, context, evidence) == true;
        return !isGood ? new AnswerJudgement(AnswerVerdict.Refused, score, evidence.Failure, evidence.Message)
            : isAudited ? new AnswerJudgement(AnswerVerdict.Audited, score, "audited")
            : settings.RequireAgreement && !isStrongest ? Compare(run, response, score)
            : new AnswerJudgement(AnswerVerdict.Accepted, score);
    }

    // An answer in prose cannot be compared, so it is judged by the other checks alone.
    private static AnswerJudgement Compare(RouteRun run, ChatResponse response, double score)
    {
        string? key = AnswerKeys.Of(response);
        if (run.AwaitedKey is { } awaited)
        {
            return key == awaited ? new AnswerJudgement(AnswerVerdict.Accepted, score) : new AnswerJudgement(AnswerVerdict.Disagrees, score, "disagreement");
        }

        if (key is null)
        {
            return new AnswerJudgement(AnswerVerdict.Accepted, score);
        }

        run.Await(key);
        return new AnswerJudgement(AnswerVerdict.AwaitsAgreement, score, "awaits-agreement");
    }
}
