namespace TokenThrift.Routing;

/// <summary>Runs the checks over an answer, cheapest first, and gathers what they find; after a failure the rest are spared.</summary>
internal sealed class AnswerChecker(IReadOnlyList<IAnswerCheck> checks, RoutingFaults faults)
{
    /// <summary>Gets the checks that read nothing but the request and the answer.</summary>
    public static IReadOnlyList<IAnswerCheck> BuiltIn { get; } = [new FinishCheck(), new RefusalCheck(), new StructureCheck(), new ToolCallCheck(), new DegenerationCheck(), new DoubtCheck()];

    public async ValueTask<AnswerEvidence> GatherAsync(AnswerCheckContext context, CancellationToken cancellationToken)
    {
        var evidence = new AnswerEvidence(context.Text);
        evidence.Set("length", Math.Log(1 + context.Text.Length) / 8);
        evidence.Believe("difficulty", -Difficulty.Of(context.Messages));
        foreach (IAnswerCheck check in checks)
        {
            try
            {
                evidence.Add(check.Name, await check.CheckAsync(context, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                faults.SteppedOver($"The answer check {check.Name}", e);
            }

            if (evidence.Failure is not null)
            {
                break;
            }
        }

        return evidence;
    }
}
