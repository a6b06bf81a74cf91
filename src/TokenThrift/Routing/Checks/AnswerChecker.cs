using Microsoft.Extensions.Logging;

namespace TokenThrift.Routing;

/// <summary>Runs the checks over an answer, cheapest first, and joins what they find.</summary>
internal sealed class AnswerChecker(IReadOnlyList<IAnswerCheck> checks, ILogger logger)
{
    /// <summary>Gets the checks that read nothing but the request and the answer.</summary>
    public static IReadOnlyList<IAnswerCheck> BuiltIn { get; } = [new FinishCheck(), new RefusalCheck()];

    public async ValueTask<AnswerJudgement> JudgeAsync(AnswerCheckContext context, double prior, CancellationToken cancellationToken)
    {
        double score = prior;
        foreach (IAnswerCheck check in checks)
        {
            CheckResult result;
            try
            {
                result = await check.CheckAsync(context, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                RoutingLog.CheckFailed(logger, check.Name, e);
                continue;
            }

            if (result.Verdict == CheckVerdict.Fail)
            {
                return new AnswerJudgement(0, result.Reason ?? check.Name, result.Message);
            }

            if (result.Quality is { } quality)
            {
                score = quality;
            }
        }

        return new AnswerJudgement(score, null, null);
    }
}
