using TokenThrift.Lessons;

namespace TokenThrift.Caching;

/// <summary>What one partition has taught: its words, its answers, what was checked. Bounded; safe for concurrent use.</summary>
/// <param name="pool">What all partitions have taught.</param>
/// <param name="maxErrorRate">The share of wrong answers that is allowed.</param>
/// <param name="perRequest">Whether that share is one of all requests, not one of served answers.</param>
/// <param name="journal">Where what is learnt is kept beyond this process, or null.</param>
internal sealed class PartitionEvidence(ErrorPool pool, double maxErrorRate, bool perRequest, LessonJournal<Lesson>? journal = null)
{
    private const int MaximumTerms = 65_536;

    // A term, an answer or a label takes some 30 bytes.
    private const int CharactersInWeight = 15;

    private readonly Lock _lock = new();
    private readonly TermFrequencies _terms = new(MaximumTerms);
    private readonly AnswerGroups _groups = new();
    private readonly RejectedPairs _rejected = new();
    private readonly ErrorBelief _belief = new(pool, maxErrorRate, perRequest);
    private readonly VerifierTrust _verifier = new(pool.Verifier);
    private readonly AuditWatch _watch = new();
    private readonly FoldingTrust _folding = new(maxErrorRate);
    private bool _isQuarantined;
    private int _joins;
    private long _weight;

    /// <summary>Gets where what is learnt is kept beyond this process, or null.</summary>
    public LessonJournal<Lesson>? Journal { get; } = journal;

    /// <summary>Gets the texts of its latest answers, where there is a journal; else null.</summary>
    public RecentTexts? Texts { get; } = journal is null ? null : new RecentTexts();

    /// <summary>Gets what its answers have taught about how they are worded.</summary>
    public PartitionComparer Answers { get; } = new();

    /// <summary>Gets a value indicating whether questions that are equal after folding may share an answer.</summary>
    public bool IsFoldingTrusted
    {
        get
        {
            lock (_lock)
            {
                return _folding.IsGiven;
            }
        }
    }

    /// <summary>Gets a value indicating whether the monitor has stopped serving and fresh evidence is being gathered.</summary>
    public bool IsQuarantined
    {
        get
        {
            lock (_lock)
            {
                return _isQuarantined;
            }
        }
    }

    /// <summary>Gets what <see cref="Weigh"/> found last. Used under the policy's lock.</summary>
    public long Weighed { get; private set; }

    /// <summary>Finds about how much it holds, in terms, answers and labels. Returns by how much that is more than last time. Used under the policy's lock.</summary>
    public long Weigh()
    {
        long before = Weighed;
        Weighed = Interlocked.Read(ref _weight);
        return Weighed - before;
    }

    /// <summary>Decides about a question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="asked">Its terms.</param>
    /// <param name="matches">Its neighbours, the nearest first.</param>
    /// <param name="share">The share of wrong answers that is allowed for it; not above that of the constructor.</param>
    /// <param name="draw">A number drawn uniformly from [0, 1).</param>
    /// <param name="greyZone">Up to what estimated error a verifier may be asked; 0 where there is none.</param>
    public HitDecision Decide(string question, QuestionTerms asked, IReadOnlyList<SemanticMatch> matches, double share, double draw, double greyZone = 0)
    {
        if (matches.Count == 0)
        {
            return new HitDecision(HitAction.Ask, null, 1, 1);
        }

        HitCandidate candidate;
        double error;
        double limit;
        string? veto;
        lock (_lock)
        {
            candidate = Neighbourhood.Weigh(asked, matches, _terms, _groups.Of);
            (error, limit) = _belief.Judge(candidate.Evidence, share, _isQuarantined);
            veto = error > ErrorFit.OutOfTheQuestion ? Keys.CacheReasons.Unsure
                : _rejected.Contains(question, candidate.Match.Entry.AnswerGroup) ? Keys.CacheReasons.ReportedWrong
                : null;
        }

        // Reading takes longer than all else, and needs nothing that others change.
        veto ??= SemanticGuards.Check(question, candidate.Match.Entry.Question, candidate.Match.Entry.Answer);
        lock (_lock)
        {
            bool isInQuestion = veto is null;
            _belief.See(isInQuestion ? candidate.Evidence : null);
            if (veto is null && error > limit && error <= greyZone && _verifier.Decide(candidate, error, share, draw, _belief, _isQuarantined) is { } verified)
            {
                return verified with { IsInQuestion = true };
            }

            veto ??= error > limit ? Keys.CacheReasons.Unsure
                : _belief.Allow(error, share).IsAffordable ? null : Keys.CacheReasons.Allowance;
            if (veto is not null)
            {
                return new HitDecision(HitAction.Ask, candidate, error, 1, veto) { IsInQuestion = isInQuestion };
            }

            double probability = _watch.Probability(error, share);
            if (draw < probability)
            {
                return new HitDecision(HitAction.Audit, candidate, error, probability) { IsInQuestion = true };
            }

            _belief.Serve(error);
            return new HitDecision(HitAction.Serve, candidate, error, probability) { IsInQuestion = true };
        }
    }

    /// <summary>Notes that an answer is served which the verifier has accepted. Returns whether what was served meanwhile leaves room for it.</summary>
    /// <param name="decision">The decision to serve it if the verifier accepts it.</param>
    public bool Accept(HitDecision decision)
    {
        lock (_lock)
        {
            if (_isQuarantined || !_belief.Allow(decision.EstimatedError, maxErrorRate).IsAffordable)
            {
                return false;
            }

            _belief.Serve(decision.EstimatedError);
            return true;
        }
    }

    /// <summary>Takes back that an answer was served: it was gone, or something else kept it back.</summary>
    /// <param name="decision">The decision to serve it.</param>
    public void TakeBack(HitDecision decision)
    {
        lock (_lock)
        {
            _belief.TakeBack(decision.EstimatedError);
        }
    }

    /// <summary>Learns what came of a decision, when the model has answered.</summary>
    /// <param name="question">The question.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="verdict">How the model's answer compares to the candidate's.</param>
    /// <param name="answer">The group of the model's answer, where there is one.</param>
    /// <returns>The label that it became; null where it is no fair sample.</returns>
    public LearntLabel? Learn(string question, HitDecision decision, AnswerComparison verdict, string? answer = null)
    {
        if (decision is not { Candidate: { } candidate, IsFairSample: true })
        {
            return null;
        }

        bool isAboutFolding = verdict != AnswerComparison.Unknown && FoldingTrust.IsToldBy(question, candidate);
        HitLabel label;

        lock (_lock)
        {
            if (decision.IsAccepted is true)
            {
                _verifier.Learn(decision, verdict != AnswerComparison.Same, decision.AskProbability);
            }

            label = _belief.Add(candidate, verdict, decision.AuditProbability, answer);
            _groups.Check(label.Kept, label.IsWrong);
            if (isAboutFolding)
            {
                _folding.Learn(label.IsWrong, decision.AuditProbability);
            }

            if (decision.IsAudit)
            {
                Audited(decision.IsForVerifier, decision.EstimatedError, label.IsWrong);
            }
        }

        _belief.Refit(_lock, candidate.Evidence, verdict, decision.AuditProbability);
        return new LearntLabel(label, isAboutFolding);
    }

    /// <summary>Takes word that an answer that was served was wrong: that question does not get it again.</summary>
    /// <param name="question">The question.</param>
    /// <param name="decision">The decision by which it was served.</param>
    /// <returns>The label that it became; null where no candidate is known.</returns>
    public LearntLabel? LearnWrong(string question, HitDecision decision)
    {
        if (decision.Candidate is not { } candidate)
        {
            return null;
        }

        bool isAboutFolding = FoldingTrust.IsToldBy(question, candidate);
        HitLabel label;
        lock (_lock)
        {
            _rejected.Add(question, candidate.Match.Entry.AnswerGroup);
            label = _belief.Add(candidate, AnswerComparison.Different, propensity: 1, answer: null);
            _groups.Check(label.Kept, label.IsWrong);
            if (isAboutFolding)
            {
                _folding.Learn(isWrong: true);
            }

            if (decision.IsForVerifier)
            {
                _verifier.Learn(decision, isWrong: true, propensity: 1);
            }

            Watch(decision.IsForVerifier, decision.EstimatedError, isWrong: true);
        }

        _belief.Refit(_lock, candidate.Evidence, AnswerComparison.Different, propensity: 1);
        return new LearntLabel(label, isAboutFolding);
    }

    /// <summary>Takes in again what was learnt before a restart, or in another process; the pool hears of it in its own way. <see cref="FitRecalled"/> belongs after it.</summary>
    /// <param name="lesson">What was learnt.</param>
    public void Recall(Lesson lesson)
    {
        lock (_lock)
        {
            bool isWrong = lesson.Verdict != AnswerComparison.Same;
            if (lesson is { IsAboutFolding: true, Verdict: not null })
            {
                _folding.Learn(isWrong, lesson.Propensity);
            }

            if (HitEvidence.Read(lesson.Evidence) is not { } evidence)
            {
                return;
            }

            HitLabel? label = lesson.Verdict is { } verdict ? new HitLabel(evidence, verdict, lesson.Propensity, lesson.Foretold, lesson.Answer?.Group, lesson.Kept) : null;
            _belief.Recall(lesson, evidence, label);
            _verifier.Recall(lesson);
            if (label is { } known)
            {
                _groups.Check(known.Kept, known.IsWrong);
            }

            if (lesson.IsReport)
            {
                Watch(lesson.Verifier is not null, lesson.EstimatedError, isWrong: true);
            }
            else if (lesson.IsAudit)
            {
                Audited(lesson.Verifier is not null, lesson.EstimatedError, isWrong);
            }
        }
    }

    /// <summary>Begins the account of what is served where other processes stand; once, before anything is decided.</summary>
    /// <param name="lessons">What they have decided.</param>
    /// <param name="writers">How many they are, at least 1.</param>
    public void RecallAccount(IReadOnlyList<Lesson> lessons, int writers)
    {
        lock (_lock)
        {
            _belief.RecallAccount(lessons, writers);
        }
    }

    /// <summary>Fits to what was recalled.</summary>
    public void FitRecalled() => _belief.FitRecalled(_lock);

    /// <summary>Takes word that an answer is known to be wrong for a question, so that it is not looked up again.</summary>
    /// <param name="question">The question.</param>
    /// <param name="candidate">The answer.</param>
    public void Forbid(string question, HitCandidate candidate)
    {
        lock (_lock)
        {
            _rejected.Add(question, candidate.Match.Entry.AnswerGroup);
        }
    }

    /// <summary>Takes word that text that is equal after folding did not mean the same.</summary>
    public void LearnWrongFolding()
    {
        lock (_lock)
        {
            _folding.Learn(isWrong: true);
        }
    }

    /// <summary>Tells whether two groups of answers were found to be the same, be it by way of others.</summary>
    public bool AreOne(string left, string right)
    {
        lock (_lock)
        {
            return _groups.AreOne(left, right);
        }
    }

    /// <summary>Takes in that two groups of answers are the same, and what that says of answers that could not be told apart before.</summary>
    public void Join(string group, string into)
    {
        lock (_lock)
        {
            if (!_groups.Join(group, into))
            {
                return;
            }

            if (++_joins >= _groups.Count)
            {
                // Half of the answers that seemed to differ were the same: what was learnt among them was learnt of another neighbourhood.
                _joins = 0;
                _belief.Clear();
                _groups.ForgetRecords();
                return;
            }

            _belief.Tell(label =>
            {
                bool isSame = label is { Answer: { } answer, Kept: { } kept } && _groups.AreOne(answer, kept);
                if (isSame)
                {
                    _groups.Correct(label.Kept!);
                }

                return isSame;
            });
        }
    }

    /// <summary>Takes in a question with an answer.</summary>
    /// <param name="asked">Its terms.</param>
    /// <param name="group">The group of its answer.</param>
    public void Add(QuestionTerms asked, string group)
    {
        lock (_lock)
        {
            _terms.Add(asked);
            _groups.Add(asked, group);
            Interlocked.Exchange(ref _weight, _terms.Terms + _groups.Weight + _belief.Count + Answers.Terms + (((Journal?.Length ?? 0) + (Texts?.Characters ?? 0)) / CharactersInWeight));
        }
    }

    private void Audited(bool isForVerifier, double estimatedError, bool isWrong)
    {
        if (!isForVerifier)
        {
            _watch.Count();
        }

        Watch(isForVerifier, estimatedError, isWrong);
    }

    private void Watch(bool isForVerifier, double estimatedError, bool isWrong)
    {
        if (isForVerifier)
        {
            _verifier.Watch(estimatedError, isWrong);
        }
        else if (_watch.Observe(estimatedError, isWrong))
        {
            // All that was believed is in doubt, which answers are one too: it is forgotten, and the partition earns its way back on labels of its own.
            _belief.Clear();
            _groups.Part();
            _joins = 0;
            _isQuarantined = true;
            _verifier.Withdraw();
        }
        else if (_isQuarantined && _belief.IsOwn)
        {
            _isQuarantined = false;
        }
    }
}
