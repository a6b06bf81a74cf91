using TokenThrift.Models;

namespace TokenThrift.Routing;

/// <summary>How the router chooses, checks and falls back.</summary>
public sealed class RoutingOptions
{
    /// <summary>Gets or sets the most models that one request may ask. The last of them is the strongest one.</summary>
    /// <value>1 to 20; default 3.</value>
    public int MaximumAttempts { get; set; } = 3;

    /// <summary>Gets or sets what happens when no model's answer passed the checks.</summary>
    /// <value>Default: <see cref="WhenAllFail.ServeBest"/>.</value>
    public WhenAllFail WhenAllFail { get; set; }

    /// <summary>Gets the application's own checks, which run after the built-in ones.</summary>
    /// <value>Default: none.</value>
    public IList<IAnswerCheck> Checks { get; } = [];

    /// <summary>Gets or sets the score from which on an answer is served, in [0, 1], where no <see cref="QualityFloor"/> sets it.</summary>
    /// <value>0 to 1; default 0.5. At 0 only a failed check refuses an answer.</value>
    public double AcceptScore { get; set; } = 0.5;

    /// <summary>Gets or sets a value indicating whether a cheap answer is served only when the next cheaper model says the same.</summary>
    /// <remarks>
    /// For answers that can be compared (<see cref="AnswerKeys"/>): tool calls, facts in JSON, short answers. When the two differ,
    /// the strongest model is asked. It pays where two cheap calls cost little beside one strong call.
    /// </remarks>
    /// <value>Default: <see langword="false"/>.</value>
    public bool RequireAgreement { get; set; }

    /// <summary>Gets or sets a value indicating whether a model may mend an answer that failed a check which says what is wrong.</summary>
    /// <remarks>
    /// The same model is shown its answer and the check's message, once; only then a stronger model is asked. A repair costs
    /// one more call of a cheap model, most of it from its warm prompt cache. A streamed answer is then held back even at the strongest model.
    /// </remarks>
    /// <value>Default: <see langword="false"/>: a stronger model is asked with the original request.</value>
    public bool RepairOnce { get; set; }

    /// <summary>Gets or sets the id of the model that judges answers after all other checks, or <see langword="null"/> for none.</summary>
    /// <remarks>It must be one of the models of the router: its leg binds the judge to budget and policy. It may be one that also answers.</remarks>
    /// <value>Default: <see langword="null"/>.</value>
    public string? JudgeModelId { get; set; }

    /// <summary>Gets or sets the share of requests that are audited, in [0, 1], while there is a <see cref="QualityFloor"/>.</summary>
    /// <remarks>
    /// A cheap model and the strongest one both answer, the pair calibrates and watches the promise, and the strongest model's
    /// answer is served. An audited request costs both calls and its stream is held back. Near a cap no audits are made.
    /// </remarks>
    /// <value>0 to 1; default 0.05.</value>
    public double AuditShare { get; set; } = 0.05;

    /// <summary>Gets or sets where audits are drawn from; a seeded one makes runs repeat themselves. Used under a lock.</summary>
    /// <value>Default: <see langword="null"/>: <see cref="Random.Shared"/>.</value>
    public Random? AuditRandom { get; set; }

    /// <summary>Gets or sets the application's own grade of an answer in [0, 1], for audits: a pure function of request and answer, safe for concurrent use.</summary>
    /// <remarks>
    /// Where it is absent or gives <see langword="null"/>, a cheap answer counts as right if it says the same as the strongest
    /// model's (<see cref="AnswerKeys"/>), and as wrong otherwise: so prose needs a grade to be trusted.
    /// </remarks>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<AnswerCheckContext, double?>? GradeAnswer { get; set; }

    /// <summary>Gets or sets the promise that the answers keep this share of the strongest model's quality.</summary>
    /// <remarks>
    /// Until paired outcomes certify a cheaper model, everything goes to the strongest one. Pairs come from
    /// <see cref="CheapestCapableChatClient.LearnAsync"/> and from audits.
    /// </remarks>
    /// <value>Default <see langword="null"/>: checks and <see cref="AcceptScore"/> decide, and nothing is promised.</value>
    public QualityFloor? QualityFloor { get; set; }

    /// <summary>Gets or sets a secret of any length, the same in all processes that learn together: with it, what is learnt and who serves which conversation is kept in the application's <c>IDistributedCache</c>, encrypted.</summary>
    /// <remarks>
    /// A restart then begins where the last process stood, processes learn from one another, and a conversation may go from one to the other. Kept for 30
    /// days: outcomes (qualities, hashes of words, the kind of work) and how often answers passed; for seven, which model wrote which message, by hashes. No
    /// text of a request or an answer. Routers with the same secret, models and names of
    /// checks share what they learn; where their requests must not be mixed, give them different secrets.
    /// </remarks>
    /// <value>Not empty; default <see langword="null"/>: what is learnt ends with the router.</value>
    public string? Secret { get; set; }

    /// <summary>Gets or sets the part of a streamed answer, in characters, that is held back before it is let go unchecked.</summary>
    /// <remarks>Only where a stronger model could still take over; the last model, and the only one, stream at once.</remarks>
    /// <value>At least 1; default <see langword="null"/>: the whole answer is checked before its first word is shown.</value>
    public int? StreamCommitCharacters { get; set; }

    /// <summary>Gets or sets how often the same model is asked again after a fault that may pass.</summary>
    /// <remarks>Switch off the retries of the provider's own client, or they multiply with these.</remarks>
    /// <value>0 to 5; default 1.</value>
    public int RetriesPerModel { get; set; } = 1;

    /// <summary>Gets or sets the wait before the first retry where the provider names none; later ones double it, with jitter.</summary>
    /// <value>0 to 1 minute; default 0.5 seconds.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Gets or sets the longest wait before a retry; where the provider asks for more, another model is asked at once.</summary>
    /// <value>0 to 10 minutes; default 2 seconds.</value>
    public TimeSpan LongestRetryWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets the time limit of one try; of a streamed one, to the first word that may be shown.</summary>
    /// <value>10 milliseconds to 1 day; default 5 minutes.</value>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets the time limit to the first token of one try that is streamed.</summary>
    /// <value>10 milliseconds to 1 day; default 1 minute.</value>
    public TimeSpan FirstTokenTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets the time limit of a request over all of its attempts, to the first word that is shown.</summary>
    /// <value>More than 0; default <see langword="null"/>: none.</value>
    public TimeSpan? Deadline { get; set; }

    /// <summary>Gets or sets what all attempts of a request may cost together, in dollars. A model whose quote does not fit into what is left is not asked.</summary>
    /// <value>More than 0; default <see langword="null"/>: no cap but the budgets'.</value>
    public decimal? MaximumCostUsd { get; set; }

    /// <summary>Gets or sets the share of failed calls that opens a deployment's breaker.</summary>
    /// <value>0.01 to 1; default 0.5.</value>
    public double BreakerFailureRatio { get; set; } = 0.5;

    /// <summary>Gets or sets the calls within the window below which the breaker does not judge.</summary>
    /// <value>2 to 1,000; default 4.</value>
    public int BreakerMinimumCalls { get; set; } = 4;

    /// <summary>Gets or sets the window of the breaker.</summary>
    /// <value>0.5 seconds to 1 hour; default 30 seconds.</value>
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long an open breaker rests before one probe is let through; each failed probe doubles it.</summary>
    /// <value>0.5 seconds to 1 hour; default 15 seconds.</value>
    public TimeSpan BreakerRest { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets how long a deployment rests whose quota is used up or whose key is not accepted.</summary>
    /// <value>0.5 seconds to 1 day; default 10 minutes.</value>
    public TimeSpan LongRest { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets the ids of the models that may be asked what another provider's content filter refused.</summary>
    /// <value>Default: none. What one filter refuses is then refused.</value>
    public IList<string> ContentFilterPeers { get; } = [];

    /// <summary>Gets or sets what happens when every model that could serve a request rests after faults.</summary>
    /// <value>Default: <see cref="WhenAllRest.AskFirstToRecover"/>.</value>
    public WhenAllRest WhenAllRest { get; set; }

    /// <summary>Gets or sets the application's own way to class a failure; <see langword="null"/> from it means the built-in way.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<Exception, FailureClass?>? ClassifyFailure { get; set; }

    /// <summary>Gets the cap of the chain in nano-dollars.</summary>
    internal NanoUsd? CostCap => MaximumCostUsd is { } usd ? NanoUsd.FromUsd(usd) : null;

    /// <summary>Finds the first setting that is out of its limits.</summary>
    /// <returns>A message that names the property and its limits, or <see langword="null"/>.</returns>
    public string? Validate() =>
        OptionLimits.Check(nameof(MaximumAttempts), MaximumAttempts, 1, 20)
        ?? OptionLimits.Check(nameof(AcceptScore), AcceptScore, 0, 1)
        ?? QualityFloor?.Validate()
        ?? (Secret is { Length: 0 } ? $"{nameof(Secret)} must not be empty; without one, leave it null." : null)
        ?? (StreamCommitCharacters is { } characters ? OptionLimits.Check(nameof(StreamCommitCharacters), characters, 1, int.MaxValue) : null)
        ?? OptionLimits.Check(nameof(RetriesPerModel), RetriesPerModel, 0, 5)
        ?? OptionLimits.Check(nameof(RetryDelay), RetryDelay, TimeSpan.Zero, TimeSpan.FromMinutes(1))
        ?? OptionLimits.Check(nameof(LongestRetryWait), LongestRetryWait, TimeSpan.Zero, TimeSpan.FromMinutes(10))
        ?? OptionLimits.Check(nameof(AttemptTimeout), AttemptTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1))
        ?? OptionLimits.Check(nameof(FirstTokenTimeout), FirstTokenTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1))
        ?? (Deadline is { } deadline ? OptionLimits.Check(nameof(Deadline), deadline, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1)) : null)
        ?? (MaximumCostUsd is { } usd ? OptionLimits.Check(nameof(MaximumCostUsd), (double)usd, 1e-9, 1e9) : null)
        ?? OptionLimits.Check(nameof(BreakerFailureRatio), BreakerFailureRatio, 0.01, 1)
        ?? OptionLimits.Check(nameof(BreakerMinimumCalls), BreakerMinimumCalls, 2, 1000)
        ?? OptionLimits.Check(nameof(BreakerWindow), BreakerWindow, TimeSpan.FromSeconds(0.5), TimeSpan.FromHours(1))
        ?? OptionLimits.Check(nameof(BreakerRest), BreakerRest, TimeSpan.FromSeconds(0.5), TimeSpan.FromHours(1))
        ?? OptionLimits.Check(nameof(LongRest), LongRest, TimeSpan.FromSeconds(0.5), TimeSpan.FromDays(1))
        ?? OptionLimits.Check(nameof(AuditShare), AuditShare, 0, 1)
        ?? (Enum.IsDefined(WhenAllRest) ? null : $"{nameof(WhenAllRest)} is {WhenAllRest}; it must be AskFirstToRecover or Throw.")
        ?? (Enum.IsDefined(WhenAllFail) ? null : $"{nameof(WhenAllFail)} is {WhenAllFail}; it must be ServeBest or Throw.");
}
