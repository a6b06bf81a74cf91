using TokenThrift.Lessons;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Keeps what the router learns in the application's distributed cache, and takes it in again in a process that knows nothing yet. Safe for concurrent use.</summary>
/// <remarks>Only with <see cref="RoutingOptions.Secret"/>. Whatever fails is reported and stepped over.</remarks>
internal sealed class LearningKeeper
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    // What is lost with a process: so many answers' passes are soon seen again.
    private const int PassesAtOnce = 32;

    private readonly RoutingMemory _memory;
    private readonly PassTally? _untold;
    private readonly TimeProvider _time;
    private readonly LessonJournal<RoutingLesson>? _journal;
    private readonly double _promised;
    private int _isDue;

    /// <summary>Initializes a new instance of the <see cref="LearningKeeper"/> class.</summary>
    /// <param name="memory">What learns.</param>
    /// <param name="untold">Where <paramref name="memory"/> counts passes; <see langword="null"/> where nothing is kept.</param>
    /// <param name="store">Where it is kept, or <see langword="null"/>.</param>
    /// <param name="options">The settings.</param>
    /// <param name="legs">The legs.</param>
    /// <param name="checks">The names of the checks.</param>
    /// <param name="faults">Takes in what failed.</param>
    /// <param name="time">The clock.</param>
    public LearningKeeper(
        RoutingMemory memory, PassTally? untold, RoutingStore? store, RoutingOptions options, IReadOnlyList<LegState> legs, IEnumerable<string> checks, RoutingFaults faults, TimeProvider time)
    {
        _memory = memory;
        _untold = untold;
        _time = time;
        _promised = options.QualityFloor?.Quality ?? 0;
        if (store is not null)
        {
            _journal = new LessonJournal<RoutingLesson>(
                store.Texts,
                RoutingLessonJson.Default.RoutingLesson,

                // Among other models, or by other checks, the same numbers mean something else.
                store.KeyOf(["lessons", $"{RoutingLesson.Version}", .. legs.Select(leg => leg.Id.ToUpperInvariant()).Order(StringComparer.Ordinal), string.Empty, .. checks]),
                Guid.NewGuid().ToString("N"),
                Life,
                new StoreGuard(new HelperTimeout(RoutingStore.Patience, time), (what, fault) => faults.SteppedOver($"The store of what the router learns ({what})", fault), time),
                time);
        }
    }

    /// <summary>Takes in what was learnt before a restart, or in another process; once, before anything is decided.</summary>
    public ValueTask RecallAsync(CancellationToken cancellationToken) =>
        _journal is null || _journal.IsRecalled ? default : _journal.RecallAsync(TakeInAsync, cancellationToken);

    /// <summary>Learns from an outcome and notes it; <see cref="ExchangeAsync"/> belongs after it.</summary>
    public void Learn(RequestFeatures features, IReadOnlyDictionary<string, double> quality, IReadOnlyDictionary<string, AnswerEvidence> evidence)
    {
        RoutedOutcome outcome = _memory.Learn(features, quality, evidence);
        if (_journal is not null)
        {
            Note(new RoutingLesson { At = Now, Outcome = OutcomeLesson.Of(outcome, _promised) });
        }
    }

    /// <summary>Writes what is due, and takes in what other processes have learnt since.</summary>
    public async ValueTask ExchangeAsync(CancellationToken cancellationToken)
    {
        if (_journal is null)
        {
            return;
        }

        if (_untold!.TakeOut(PassesAtOnce) is { } passes)
        {
            Note(new RoutingLesson { At = Now, Passes = passes });
        }

        if (Interlocked.Exchange(ref _isDue, 0) != 0)
        {
            await _journal.ExchangeAsync(TakeInAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Note(RoutingLesson lesson)
    {
        if (_journal!.Add(lesson, []))
        {
            Volatile.Write(ref _isDue, 1);
        }
    }

    private ValueTask TakeInAsync(IReadOnlyList<RoutingLesson> lessons, CancellationToken cancellationToken)
    {
        foreach (RoutingLesson lesson in lessons)
        {
            if (lesson.Outcome?.Read(_promised) is { } outcome)
            {
                _memory.Recall(outcome);
            }

            foreach (PassCount passes in lesson.Passes ?? [])
            {
                _memory.Recall(passes);
            }
        }

        _memory.FitIfDue();
        return default;
    }
}
