using TokenThrift.Caching.Answers;
using TokenThrift.Caching.Keys;
using TokenThrift.Lessons;
using TokenThrift.Requests;

namespace TokenThrift.Caching;

/// <summary>Keeps what the semantic tier learns in the shared store, and takes it in again in a process that knows nothing yet. Safe for concurrent use.</summary>
/// <remarks>Only where others who know the secret read the store.</remarks>
internal sealed class LessonKeeper
{
    // Numbers alone, and what a new partition begins with; the rest ends with the answers.
    private static readonly TimeSpan LifeOfNumbers = TimeSpan.FromDays(30);

    private readonly SemanticCachingOptions _options;
    private readonly AnswerStore _store;
    private readonly CachePlanner _planner;
    private readonly ISemanticIndex _index;
    private readonly NeighbourSearch _search;
    private readonly AnswerLabels _labels;
    private readonly StoreGuard _guard;
    private readonly CacheMeters _meters;
    private readonly TimeProvider _time;
    private readonly string _comparer;
    private readonly string _writer = EntryIds.Next();
    private readonly LessonJournal<Lesson>? _all;

    public LessonKeeper(
        SemanticCachingOptions options, AnswerStore store, CachePlanner planner, ISemanticIndex index, NeighbourSearch search, AnswerLabels labels, HelperTimeout timeout, FaultLog faults, CacheMeters meters, TimeProvider time)
    {
        _options = options;
        _store = store;
        _planner = planner;
        _index = index;
        _search = search;
        _labels = labels;
        _guard = new StoreGuard(timeout, faults.Report, time);
        _meters = meters;
        _time = time;
        _comparer = options.Comparer?.GetType().FullName ?? string.Empty;
        _all = store.IsShared ? JournalOf(partition: null, LifeOfNumbers) : null;
        Policy = new HitPolicy(options.MaxErrorRate, options.ErrorRateBasis == ErrorRateBasis.Requests, journalOf: store.IsShared ? partition => JournalOf(partition, options.TimeToLive) : null);
    }

    /// <summary>Gets the policy that learns.</summary>
    public HitPolicy Policy { get; }

    /// <summary>Takes in what a partition was taught before a restart, or in another process; once, before anything is decided in it.</summary>
    public ValueTask RecallAsync(string partition, CancellationToken cancellationToken)
    {
        if (!IsKept)
        {
            return default;
        }

        PartitionEvidence evidence = Policy.For(partition);
        return evidence.Journal!.IsRecalled && _all!.IsRecalled ? default : new ValueTask(Task.WhenAll(
            _all!.RecallAsync(BeginAllAsync, cancellationToken).AsTask(),
            evidence.Journal.RecallAsync(BeginAsync, cancellationToken).AsTask()));

        ValueTask BeginAllAsync(IReadOnlyList<Lesson> lessons, CancellationToken token)
        {
            Policy.RecallAccount(lessons, _all!.Writers);
            return RecallAllAsync(lessons, token);
        }

        ValueTask BeginAsync(IReadOnlyList<Lesson> lessons, CancellationToken token)
        {
            evidence.RecallAccount(lessons, evidence.Journal!.Writers);
            return RecallAsync(partition, evidence, lessons, token);
        }
    }

    /// <summary>Keeps what came of a question that the model answered.</summary>
    /// <param name="partition">The partition that it was learnt in.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="learnt">The label that it became, or null.</param>
    /// <param name="answer">Returns the answer as it is kept, or null.</param>
    /// <param name="tags">The tags that end it.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public ValueTask AnsweredAsync(string partition, HitDecision decision, LearntLabel? learnt, Func<LearntAnswer?> answer, IReadOnlyCollection<string> tags, CancellationToken cancellationToken) =>
        IsKept ? NoteAsync(partition, About(decision, learnt) with { Answer = answer() }, tags, cancellationToken) : default;

    /// <summary>Keeps that a candidate was served.</summary>
    public ValueTask ServedAsync(string partition, HitDecision decision, IReadOnlyCollection<string> tags, CancellationToken cancellationToken) =>
        IsKept ? NoteAsync(partition, About(decision) with { IsServed = true }, tags, cancellationToken) : default;

    /// <summary>Keeps that somebody reported what was served.</summary>
    public ValueTask ReportedAsync(string partition, HitDecision decision, LearntLabel learnt, CancellationToken cancellationToken)
    {
        if (!IsKept)
        {
            return default;
        }

        Lesson lesson = About(decision, learnt);
        return NoteAsync(partition, lesson with { IsReport = true, Verifier = lesson.Verifier is { } said ? said with { AskProbability = 1 } : null }, [], cancellationToken);
    }

    /// <summary>Keeps that text that is equal after folding did not mean the same.</summary>
    public ValueTask FoldingReportedAsync(string partition, CancellationToken cancellationToken) =>
        IsKept ? NoteAsync(partition, new Lesson { At = Now, IsAboutFolding = true, IsReport = true, Verdict = AnswerComparison.Different }, [], cancellationToken) : default;

    /// <summary>Returns an entry as it is kept, or null where its question is too long for that.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isStored">Whether its answer is kept and may be found again.</param>
    /// <param name="joined">The group of its own, where that was found to be the same as another; else null.</param>
    /// <param name="nearest">The id of the entry that answers were read beside, or null.</param>
    public LearntAnswer? Of(SemanticEntry entry, bool isStored, string? joined, string? nearest) => entry.Question.Length > AnswerLabels.LongestAnswer ? null : new()
    {
        Id = entry.Id,
        Partition = entry.Partition,
        Question = entry.Question,
        Text = entry.Answer,
        Group = entry.AnswerGroup,
        Joined = joined,
        Nearest = nearest,
        Vector = _search.IsEmbedderOwn ? null : NumberBytes.Of(entry.Vector.Span),
        CreatedAt = entry.CreatedAt.ToUnixTimeMilliseconds(),
        Worth = entry.Worth,
        IsStored = isStored,
    };

    private bool IsKept => _all is not null;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask NoteAsync(string partition, Lesson lesson, IReadOnlyCollection<string> tags, CancellationToken cancellationToken)
    {
        PartitionEvidence evidence = Policy.For(partition);
        if (lesson.Answer is { } answer)
        {
            evidence.Texts!.Add(answer.Id, answer.Text);
        }

        if (evidence.Journal!.Add(lesson, tags))
        {
            await evidence.Journal.ExchangeAsync((lessons, token) => RecallAsync(partition, evidence, lessons, token), cancellationToken).ConfigureAwait(false);
        }

        if (lesson.ForAll is { } numbers && _all!.Add(numbers, []))
        {
            await _all.ExchangeAsync(RecallAllAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    private Lesson About(HitDecision decision, LearntLabel? learnt = null) => new()
    {
        At = Now,
        Evidence = decision.Candidate?.Evidence.ToBytes(),
        Kept = decision.Candidate?.Match.Entry.AnswerGroup,
        IsInQuestion = decision.IsInQuestion,
        EstimatedError = decision.EstimatedError,
        IsAudit = decision.IsAudit,
        Verdict = learnt?.Label.Verdict,
        Propensity = learnt?.Label.Propensity ?? 1,
        Foretold = learnt?.Label.Foretold ?? 1,
        IsAboutFolding = learnt?.IsAboutFolding ?? false,
        Verifier = decision.IsForVerifier ? new VerifierLesson(decision.IsAccepted, decision.Doubt, decision.AskProbability) : null,
    };

    private LessonJournal<Lesson> JournalOf(string? partition, TimeSpan life) =>
        new(_store, LessonJson.Default.Lesson, _planner.LessonKey(partition, _search.Encoder, _comparer), _writer, life, _guard, _time);

    private ValueTask RecallAllAsync(IReadOnlyList<Lesson> lessons, CancellationToken cancellationToken)
    {
        Policy.Recall(lessons);
        _labels.Recall(lessons.Count(lesson => lesson.Verdict is not null));
        return ValueTask.CompletedTask;
    }

    // In the order in which it was learnt the first time.
    private async ValueTask RecallAsync(string partition, PartitionEvidence evidence, IReadOnlyList<Lesson> lessons, CancellationToken cancellationToken)
    {
        foreach (Lesson lesson in lessons)
        {
            if (lesson.Answer is { Joined: { } joined })
            {
                evidence.Join(joined, lesson.Answer.Group);
            }

            evidence.Recall(lesson);
            if (lesson.Answer is { } answer)
            {
                if (answer.Nearest is not null && evidence.Texts!.Find(answer.Nearest) is { } nearest)
                {
                    evidence.Answers.Learn(answer.Text, nearest);
                }

                evidence.Texts!.Add(answer.Id, answer.Text);
                SemanticEntry entry = await EntryOfAsync(answer, cancellationToken).ConfigureAwait(false);
                Policy.Add(partition, entry.Terms, entry.AnswerGroup);
                if (answer.IsStored && _index is InMemorySemanticIndex && entry.Vector.Length > 0 && entry.ExpiresAt > _time.GetUtcNow())
                {
                    await _index.AddAsync(entry, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        evidence.FitRecalled();
        _meters.Recalled(lessons.Count);
    }

    private async ValueTask<SemanticEntry> EntryOfAsync(LearntAnswer answer, CancellationToken cancellationToken)
    {
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(answer.CreatedAt);
        return new SemanticEntry
        {
            Id = answer.Id,
            Partition = answer.Partition,
            Encoder = _search.Encoder,
            Vector = answer.Vector is { } vector ? NumberBytes.Floats(vector) : _search.IsEmbedderOwn ? await _search.EmbedAsync(answer.Question, cancellationToken).ConfigureAwait(false) : default,
            Question = answer.Question,
            Answer = answer.Text,
            AnswerGroup = answer.Group,
            CreatedAt = at,
            ExpiresAt = at + _options.TimeToLive,
            Worth = answer.Worth,
        };
    }
}
