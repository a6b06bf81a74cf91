using System.Numerics.Tensors;
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
    // Below this similarity two questions have hardly a word in common; nothing is learned from comparing their answers.
    private const double Floor = 0.2;

    // An answer that is longer is compared by its wording as a whole only, so that the index stays small.
    private const int LongestAnswer = 16_384;

    // With how many other answers of the neighbourhood a new one is compared before it counts as one of its own.
    private const int MostComparisons = 4;

    private readonly SemanticCachingOptions _options;
    private readonly IEmbeddingGenerator<string, Embedding<float>> _embedder;
    private readonly ISemanticIndex _index;
    private readonly IAnswerComparer _comparer;
    private readonly bool _readsAnswers;
    private readonly HitPolicy _policy;
    private readonly FaultLog _faults;
    private readonly CacheMeters _meters;
    private readonly TimeProvider _time;
    private readonly string _encoder;
    private readonly HitVerifier? _verifier;
    private readonly HelperTimeout _timeout;
    private readonly bool _isLocal;

    /// <summary>Initializes a new instance of the <see cref="SemanticTier"/> class.</summary>
    public SemanticTier(
        SemanticCachingOptions options,
        IAnswerComparer comparer,
        HitVerifier? verifier,
        IEmbeddingGenerator<string, Embedding<float>>? embedder,
        ISemanticIndex? index,
        FaultLog faults,
        CacheMeters meters,
        TimeProvider time)
    {
        _verifier = verifier;
        _options = options;
        _embedder = embedder ?? new LexicalEmbeddingGenerator();
        _index = index ?? new InMemorySemanticIndex(time: time);
        _comparer = comparer;
        _timeout = new HelperTimeout(options.HelperTimeout, time);
        _isLocal = _embedder is LexicalEmbeddingGenerator && _index is InMemorySemanticIndex;
        _readsAnswers = comparer is AnswerComparer or ChatClientAnswerComparer;
        _policy = new HitPolicy(options.MaxErrorRate, options.ErrorRateBasis == ErrorRateBasis.Requests);
        _faults = faults;
        _meters = meters;
        _time = time;
        var metadata = _embedder.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata;
        _encoder = $"{metadata?.ProviderName}/{metadata?.DefaultModelId ?? _embedder.GetType().FullName}";
    }

    /// <summary>Tells whether text that is equal after folding may share an answer.</summary>
    public bool IsFoldingTrusted(CachePlan plan) => _policy.Find(plan.Evidence)?.IsFoldingTrusted ?? true;

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
            (ReadOnlyMemory<float> vector, IReadOnlyList<SemanticMatch> matches) = _isLocal
                ? await SearchAsync(partition, question, cancellationToken).ConfigureAwait(false)
                : await _timeout.RunAsync(token => SearchAsync(partition, question, token), cancellationToken).ConfigureAwait(false);
            matches = Near(matches, partition);
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

        PartitionEvidence evidence = _policy.For(lookup.Evidence);
        string own = AnswerGroup.IdOf(answer.Text);
        string group = own;
        AnswerComparison verdict = AnswerComparison.Unknown;
        SemanticEntry? candidate = lookup.Decision.Candidate?.Match.Entry;
        if (candidate is not null)
        {
            verdict = await CompareAsync(call, lookup, answer, candidate, own, evidence, cancellationToken).ConfigureAwait(false);
            group = verdict == AnswerComparison.Same ? candidate.AnswerGroup
                : Join(lookup, answer, own, evidence);
            if (group != own && _comparer is AnswerComparer)
            {
                evidence.Join(own, group);
            }
        }

        HitDecision decision = candidate is null ? lookup.Decision : await AskToLearnAsync(call, lookup.Decision, candidate, answer, cancellationToken).ConfigureAwait(false);
        evidence.Learn(lookup.Question, decision, verdict, group);
        if (decision.IsAudit)
        {
            _meters.Audit(verdict switch { AnswerComparison.Same => "same", AnswerComparison.Different => "different", _ => "unknown" });
            call.Recorder.Set((call.Recorder.Cache ?? new CacheRecord { Reason = CacheReasons.Audit }) with
            {
                Audit = verdict switch { AnswerComparison.Same => CacheAuditVerdict.Same, AnswerComparison.Different => CacheAuditVerdict.Different, _ => CacheAuditVerdict.Unknown },
            });
        }

        if (_readsAnswers && answer.Text.Length <= LongestAnswer && lookup.Matches is [{ Entry.Answer.Length: > 0 } nearest, ..])
        {
            evidence.Answers.Learn(answer.Text, nearest.Entry.Answer);
        }

        _policy.Add(lookup.Evidence, lookup.Terms, group);
        if (isStored)
        {
            await _index.AddAsync(
                new SemanticEntry
                {
                    Id = call.Plan.ExactKey,
                    Partition = lookup.Partition,
                    Encoder = _encoder,
                    Vector = lookup.Vector,
                    Question = lookup.Question,
                    Answer = answer.Text.Length <= LongestAnswer ? answer.Text : string.Empty,
                    AnswerGroup = group,
                    CreatedAt = answer.CreatedAt,
                    ExpiresAt = answer.CreatedAt + _options.TimeToLive,
                    Worth = 1 + (answer.Usage?.Input ?? 0) + (4.0 * (answer.Usage?.Output ?? 0)),
                },
                cancellationToken).ConfigureAwait(false);
        }
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

    /// <summary>Takes word that a hit was wrong.</summary>
    public void LearnWrong(SemanticLookup lookup) => _policy.For(lookup.Evidence).LearnWrong(lookup.Question, lookup.Decision);

    /// <summary>Takes word of another process that a candidate is wrong for its question.</summary>
    public void Forbid(SemanticLookup lookup) => _policy.For(lookup.Evidence).Forbid(lookup.Question, lookup.Decision.Candidate!);

    /// <summary>Takes word that the answer to text that is equal after folding was wrong.</summary>
    public void LearnWrongFolding(string evidence) => _policy.For(evidence).LearnWrongFolding();

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

    // What an index of another's making returns from elsewhere would be another's answer: the partition is looked at here once more.
    private IReadOnlyList<SemanticMatch> Near(IReadOnlyList<SemanticMatch> matches, string partition)
    {
        bool isSound = true;
        for (int i = 0; i < matches.Count && isSound; i++)
        {
            isSound = IsNear(matches[i]) && (i == 0 || matches[i].Similarity <= matches[i - 1].Similarity);
        }

        return isSound ? matches : [.. matches.Where(IsNear).OrderByDescending(match => match.Similarity)];

        bool IsNear(SemanticMatch match) => match.Similarity >= Floor && match.Entry.Partition == partition && match.Entry.Encoder == _encoder;
    }

    private static string Join(SemanticLookup lookup, CachedAnswer answer, string own, PartitionEvidence evidence)
    {
        if (lookup.Matches.Any(match => match.Entry.AnswerGroup == own))
        {
            return own;
        }

        var tried = new HashSet<string>(StringComparer.Ordinal) { lookup.Decision.Candidate!.Match.Entry.AnswerGroup };
        foreach (SemanticMatch match in lookup.Matches)
        {
            if (tried.Count <= MostComparisons && tried.Add(match.Entry.AnswerGroup)
                && evidence.Answers.Compare(answer.Text, match.Entry.Answer) == AnswerComparison.Same)
            {
                return match.Entry.AnswerGroup;
            }
        }

        return own;
    }

    private async ValueTask<AnswerComparison> CompareAsync(CacheCall call, SemanticLookup lookup, CachedAnswer answer, SemanticEntry candidate, string own, PartitionEvidence evidence, CancellationToken cancellationToken)
    {
        if (candidate.AnswerGroup == own || evidence.AreOne(candidate.AnswerGroup, own))
        {
            return AnswerComparison.Same;
        }

        if (candidate.Answer.Length == 0 || answer.Text.Length > LongestAnswer)
        {
            return AnswerComparison.Unknown;
        }

        try
        {
            AnswerComparison read = _readsAnswers ? evidence.Answers.Compare(answer.Text, candidate.Answer) : AnswerComparison.Unknown;
            if (read != AnswerComparison.Unknown || _comparer is AnswerComparer)
            {
                return read;
            }

            var pair = new AnswerPair(lookup.Question, answer.Text, candidate.Question, candidate.Answer);
            return await _timeout.RunAsync(token => _comparer.CompareAsync(pair, call.Options, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            _faults.Report("compare", e);
            return AnswerComparison.Unknown;
        }
    }

    // The model has answered, so what it says is known to the checks and to nobody else: nobody waits for a verdict that serves nothing.
    private ValueTask<HitDecision> AskToLearnAsync(CacheCall call, HitDecision decision, SemanticEntry candidate, CachedAnswer answer, CancellationToken cancellationToken) =>
        decision is { IsForVerifier: true, Action: not HitAction.Verify } && candidate.Answer.Length > 0
            ? AskAsync(call, decision, candidate, candidate.Answer, answer, cancellationToken)
            : ValueTask.FromResult(decision);

    private async ValueTask<HitDecision> AskAsync(CacheCall call, HitDecision decision, SemanticEntry kept, string keptAnswer, CachedAnswer avoidable, CancellationToken cancellationToken)
    {
        if (_verifier is null || keptAnswer.Length > LongestAnswer)
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

    private async ValueTask<(ReadOnlyMemory<float> Vector, IReadOnlyList<SemanticMatch> Matches)> SearchAsync(string partition, string question, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<float> vector = await EmbedAsync(question, cancellationToken).ConfigureAwait(false);
        return (vector, await _index.SearchAsync(new SemanticQuery(partition, _encoder, vector), Neighbourhood.Size, cancellationToken).ConfigureAwait(false));
    }

    private async ValueTask<ReadOnlyMemory<float>> EmbedAsync(string question, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<float> vector = await _embedder.GenerateVectorAsync(question, cancellationToken: cancellationToken).ConfigureAwait(false);
        float norm = TensorPrimitives.Norm(vector.Span);
        if (!float.IsFinite(norm))
        {
            // Kept, it would stand before every neighbour of every question.
            throw new InvalidOperationException("The embedder returned a vector that is not of finite numbers.");
        }

        if (norm is > 0.999f and < 1.001f || norm == 0)
        {
            return vector;
        }

        float[] unit = new float[vector.Length];
        TensorPrimitives.Divide(vector.Span, norm, unit);
        return unit;
    }
}
