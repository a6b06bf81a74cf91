using Microsoft.Extensions.AI;
using TokenThrift.Caching.Answers;
using TokenThrift.Caching.Keys;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Text;

namespace TokenThrift.Caching;

/// <summary>Finds an answer to a similar question where the policy allows it, and learns from every answer of the model. Safe for concurrent use.</summary>
internal sealed class SemanticTier
{
    private readonly SemanticCachingOptions _options;
    private readonly NeighbourSearch _search;
    private readonly ISemanticIndex _index;
    private readonly AnswerLabels _labels;
    private readonly LessonKeeper _lessons;
    private readonly HitPolicy _policy;
    private readonly FaultLog _faults;
    private readonly CacheMeters _meters;
    private readonly HitVerifier? _verifier;
    private readonly HelperTimeout _timeout;

    /// <summary>Initializes a new instance of the <see cref="SemanticTier"/> class.</summary>
    public SemanticTier(
        SemanticCachingOptions options,
        AnswerStore store,
        CachePlanner planner,
        AnswerLabels labels,
        HitVerifier? verifier,
        IEmbeddingGenerator<string, Embedding<float>>? embedder,
        ISemanticIndex? index,
        HelperTimeout timeout,
        FaultLog faults,
        CacheMeters meters,
        TimeProvider time)
    {
        _options = options;
        _labels = labels;
        _verifier = verifier;
        _index = index ?? new InMemorySemanticIndex(time: time);
        _search = new NeighbourSearch(embedder ?? new LexicalEmbeddingGenerator(), _index, timeout);
        _timeout = timeout;
        _lessons = new LessonKeeper(options, store, planner, _index, _search, labels, timeout, faults, meters, time);
        _policy = _lessons.Policy;
        _faults = faults;
        _meters = meters;
    }

    /// <summary>Tells whether text that is equal after folding may share an answer.</summary>
    public bool IsFoldingTrusted(CachePlan plan) => _policy.Find(plan.Evidence)?.IsFoldingTrusted ?? true;

    /// <summary>Takes in what was learnt before a restart, or by another process, where that is kept; before anything is decided.</summary>
    /// <param name="plan">The plan of a request that has a partition.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public ValueTask RecallAsync(CachePlan plan, CancellationToken cancellationToken) =>
        _options.MaxErrorRate > 0 ? _lessons.RecallAsync(plan.Evidence, cancellationToken) : default;

    /// <summary>Looks for similar questions and decides; the result is kept with the call. A fault is stepped over.</summary>
    /// <param name="call">The request; one that has a partition.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async ValueTask LookAsync(CacheCall call, CancellationToken cancellationToken)
    {
        double share = call.MaxErrorRate;
        if (_options.MaxErrorRate <= 0)
        {
            return;
        }

        try
        {
            string partition = call.Plan.Partition.ToString()!;
            string question = call.Plan.Question;
            EmbeddingScope.Recorder = call.Recorder;
            (ReadOnlyMemory<float> vector, IReadOnlyList<SemanticMatch> matches) = await _search.RunAsync(partition, question, cancellationToken).ConfigureAwait(false);
            QuestionTerms terms = QuestionTerms.Of(question);
            HitDecision decision = _policy.For(call.Plan.Evidence).Decide(question, terms, matches, share, UniformDraw.From(_options.AuditRandom), _verifier is null ? 0 : _options.GreyZone);
            call.Lookup = new SemanticLookup(partition, call.Plan.Evidence, question, terms, vector, matches, decision, share);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            _faults.Report("similar", e);
        }
    }

    /// <summary>Learns from the answer that the model gave. A fault is the caller's to step over.</summary>
    /// <param name="call">The request.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="isStored">Whether the answer is kept and may be found again.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async ValueTask LearnAsync(CacheCall call, CachedAnswer answer, bool isStored, CancellationToken cancellationToken)
    {
        if (call.Lookup is not { } lookup)
        {
            return;
        }

        _labels.Answered(answer);
        PartitionEvidence evidence = _policy.For(lookup.Evidence);
        HitDecision decision = lookup.Decision;
        AnswerComparison verdict = AnswerComparison.Unknown;
        string own = AnswerGroup.IdOf(answer.Text);
        string group = own;
        string? joined = null;
        LearntLabel? learnt = null;
        if (decision.Candidate?.Match.Entry is { } candidate)
        {
            bool isDrawn = _labels.IsDrawn(decision, _options.AuditRandom);
            verdict = await _labels.CompareAsync(lookup, answer, candidate, evidence, isDrawn, call.Options, cancellationToken).ConfigureAwait(false);
            group = verdict == AnswerComparison.Same ? candidate.AnswerGroup : AnswerLabels.GroupOf(lookup, answer, evidence);
            if (group != own && _labels.AreRead)
            {
                joined = own;
                evidence.Join(own, group);
            }

            if (isDrawn)
            {
                decision = await AskToLearnAsync(call, decision, candidate, answer, cancellationToken).ConfigureAwait(false);
                learnt = evidence.Learn(lookup.Question, decision, verdict, group);
            }
        }

        if (decision.IsAudit)
        {
            _meters.Audit(verdict switch { AnswerComparison.Same => "same", AnswerComparison.Different => "different", _ => "unknown" });
            call.Recorder.Set((call.Recorder.Cache ?? new CacheRecord { Reason = CacheReasons.Audit }) with
            {
                Audit = verdict switch { AnswerComparison.Same => CacheAuditVerdict.Same, AnswerComparison.Different => CacheAuditVerdict.Different, _ => CacheAuditVerdict.Unknown },
            });
        }

        SemanticEntry? near = null;
        if (_labels.AreRead && answer.Text.Length <= AnswerLabels.LongestAnswer && lookup.Matches is [{ Entry.Answer.Length: > 0 } nearest, ..])
        {
            near = nearest.Entry;
            evidence.Answers.Learn(answer.Text, near.Answer);
        }

        _policy.Add(lookup.Evidence, lookup.Terms, group);
        SemanticEntry entry = EntryOf(call, lookup, answer, group);
        if (isStored)
        {
            await _index.AddAsync(entry, cancellationToken).ConfigureAwait(false);
        }

        await _lessons.AnsweredAsync(lookup.Evidence, decision, learnt, () => _lessons.Of(entry, isStored, joined, near?.Id), call.Tags, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the verifier about a candidate that is served if it accepts. Returns whether it may be served; notes why it may not be.</summary>
    public async ValueTask<bool> VerifyAsync(CacheCall call, SemanticLookup lookup, CachedAnswer kept, CancellationToken cancellationToken)
    {
        SemanticEntry entry = lookup.Decision.Candidate!.Match.Entry;
        HitDecision decision = await AskAsync(call, lookup.Decision, entry, kept.Text, kept, cancellationToken).ConfigureAwait(false);
        call.Lookup = lookup with { Decision = decision };
        bool isServed = decision.IsAccepted is true && _policy.For(lookup.Evidence).Accept(decision);
        call.Reason = isServed ? call.Reason : decision.IsAccepted switch { true => CacheReasons.Allowance, false => CacheReasons.Rejected, _ => CacheReasons.Unverified };
        return isServed;
    }

    /// <summary>Takes back that the answer of a decision was to be served.</summary>
    public void TakeBack(SemanticLookup lookup)
    {
        if (lookup.Decision.Action == HitAction.Serve)
        {
            _policy.For(lookup.Evidence).TakeBack(lookup.Decision);
        }
    }

    /// <summary>Notes that the answer of a decision is served.</summary>
    public ValueTask ServedAsync(CacheCall call, CachedAnswer answer, CancellationToken cancellationToken)
    {
        _labels.Served(answer);
        return _lessons.ServedAsync(call.Lookup!.Evidence, call.Lookup.Decision, call.Tags, cancellationToken);
    }

    /// <summary>Takes word that a hit was wrong.</summary>
    public ValueTask LearnWrongAsync(SemanticLookup lookup, CancellationToken cancellationToken) =>
        _policy.For(lookup.Evidence).LearnWrong(lookup.Question, lookup.Decision) is { } learnt
            ? _lessons.ReportedAsync(lookup.Evidence, lookup.Decision, learnt, cancellationToken)
            : default;

    /// <summary>Takes word of another process that a candidate is wrong for its question.</summary>
    public void Forbid(SemanticLookup lookup) => _policy.For(lookup.Evidence).Forbid(lookup.Question, lookup.Decision.Candidate!);

    /// <summary>Takes word that the answer to text that is equal after folding was wrong.</summary>
    public ValueTask LearnWrongFoldingAsync(string partition, CancellationToken cancellationToken)
    {
        _policy.For(partition).LearnWrongFolding();
        return _lessons.FoldingReportedAsync(partition, cancellationToken);
    }

    /// <summary>Removes an entry whose answer is gone.</summary>
    public async ValueTask ForgetAsync(SemanticLookup lookup, CancellationToken cancellationToken)
    {
        try
        {
            if (lookup.Decision.Candidate is { } candidate)
            {
                await _index.RemoveAsync(lookup.Partition, candidate.Match.Entry.Id, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            _faults.Report("similar-remove", e);
        }
    }

    private SemanticEntry EntryOf(CacheCall call, SemanticLookup lookup, CachedAnswer answer, string group) => new()
    {
        Id = call.Plan.ExactKey,
        Partition = lookup.Partition,
        Encoder = _search.Encoder,
        Vector = lookup.Vector,
        Question = lookup.Question,
        Answer = answer.Text.Length <= AnswerLabels.LongestAnswer ? answer.Text : string.Empty,
        AnswerGroup = group,
        CreatedAt = answer.CreatedAt,
        ExpiresAt = answer.CreatedAt + _options.TimeToLive,
        Worth = 1 + (answer.Usage?.Input ?? 0) + (4.0 * (answer.Usage?.Output ?? 0)),
    };

    // The model has answered, so what it says is known to the checks and to nobody else: nobody waits for a verdict that serves nothing.
    private ValueTask<HitDecision> AskToLearnAsync(CacheCall call, HitDecision decision, SemanticEntry candidate, CachedAnswer answer, CancellationToken cancellationToken) =>
        decision is { IsForVerifier: true, Action: not HitAction.Verify } && candidate.Answer.Length > 0
            ? AskAsync(call, decision, candidate, candidate.Answer, answer, cancellationToken)
            : ValueTask.FromResult(decision);

    private async ValueTask<HitDecision> AskAsync(CacheCall call, HitDecision decision, SemanticEntry kept, string keptAnswer, CachedAnswer avoidable, CancellationToken cancellationToken)
    {
        if (_verifier is null || keptAnswer.Length > AnswerLabels.LongestAnswer)
        {
            return decision;
        }

        double savedShare = _policy.Verifier.AcceptRate * (decision.Action == HitAction.Ask ? 1 : 1 - decision.AuditProbability);
        bool? isAccepted = null;
        try
        {
            isAccepted = await _timeout.RunAsync(token => _verifier.AskAsync(call, kept, keptAnswer, avoidable, savedShare, token), cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            _faults.Report("verify", e);
        }

        if (isAccepted is { } verdict)
        {
            _policy.Verifier.Answered(verdict);
        }

        return decision with { IsAccepted = isAccepted };
    }
}
