namespace TokenThrift.Routing;

/// <summary>
/// An audit of one request, made in the foreground: a cheap model and the strongest both answer, the pair is graded and
/// kept, and the strongest model's answer is the one that is served.
/// </summary>
/// <remarks>Which requests are audited is drawn before anything is known of their answers, so the pairs are a fair sample.</remarks>
internal sealed class ShadowAudit(PlannedLeg weak, PlannedLeg strong, Func<AnswerCheckContext, double?> grade, Action<AuditedPair> learn)
{
    private Stage _stage = Stage.AskWeak;
    private AuditedAnswer? _weakAnswer;

    private enum Stage
    {
        AskWeak,
        AskStrong,
        Done,
    }

    /// <summary>Says whether a leg is asked for the audit's sake.</summary>
    public bool IsWeak(PlannedLeg leg) => _stage != Stage.Done && leg.Leg == weak.Leg;

    /// <summary>Chooses whom the audit needs next.</summary>
    /// <returns>The index into the plan, or -1 where the audit is over or cannot go on.</returns>
    public int Next(RouteRun run)
    {
        int index = _stage == Stage.Done ? -1 : run.IndexOf(_stage == Stage.AskWeak ? weak : strong);
        if (index < 0)
        {
            _stage = Stage.Done;
        }

        return index;
    }

    /// <summary>Takes in an answer.</summary>
    /// <returns>Whether it must wait for the strongest model's.</returns>
    public bool Observe(RouteStep step, AnswerCheckContext context, AnswerEvidence evidence)
    {
        if (_stage == Stage.Done)
        {
            return false;
        }

        var answer = new AuditedAnswer(step.Leg.Leg.Id, evidence, evidence.Failure is null ? grade(context) : 0, AnswerKeys.Of(context.Response));
        if (_stage == Stage.AskWeak && step.Leg.Leg == weak.Leg)
        {
            _weakAnswer = answer;
            if (answer is not { Quality: null, Key: null })
            {
                _stage = Stage.AskStrong;
                return true;
            }

            // Nobody can say how good it is, so it counts as wrong; the strongest model need not be paid for that.
            _stage = Stage.Done;
            learn(new AuditedPair(answer with { Quality = 0 }, new AuditedAnswer(strong.Leg.Id, new AnswerEvidence(), 1, null)));
        }
        else if (_stage == Stage.AskStrong && step.Leg.Leg == strong.Leg && _weakAnswer is { } first)
        {
            _stage = Stage.Done;

            // Without a grade the strongest model's answer is taken for right and any other for wrong: that can only understate the cheap model.
            learn(new AuditedPair(first with { Quality = first.Quality ?? (first.Key == answer.Key ? 1 : 0) }, answer with { Quality = answer.Quality ?? 1 }));
        }

        return false;
    }
}

/// <summary>One answer of an audit.</summary>
/// <param name="Leg">Who gave it.</param>
/// <param name="Evidence">What the checks found.</param>
/// <param name="Quality">Its quality in [0, 1], or <see langword="null"/> while it is not graded.</param>
/// <param name="Key">What it is compared by, or <see langword="null"/>.</param>
internal sealed record AuditedAnswer(string Leg, AnswerEvidence Evidence, double? Quality, string? Key);

/// <summary>Both answers of an audit, graded.</summary>
internal sealed record AuditedPair(AuditedAnswer Weak, AuditedAnswer Strong);
