using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>How sure the model was of its words, where the provider's client tells.</summary>
internal sealed class ConfidenceCheck(Func<ChatResponse, IReadOnlyList<double>?> logProbabilities) : IAnswerCheck
{
    // The tenth percentile tells more than the mean: one word that was a guess makes the answer a guess (2404.10136).
    private const double Quantile = 0.1;

    public string Name => "confidence";

    public ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default)
    {
        if (logProbabilities(context.Response) is not { Count: > 0 } values)
        {
            return ValueTask.FromResult(CheckResult.Unknown);
        }

        double[] sorted = [.. values.Order()];
        double quality = Math.Clamp(Math.Exp(sorted[(int)(Quantile * (sorted.Length - 1))]), 0.05, 0.95);
        return ValueTask.FromResult(CheckResult.Pass with { Quality = quality });
    }
}
