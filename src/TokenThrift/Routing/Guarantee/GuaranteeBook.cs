using System.Runtime.InteropServices;

namespace TokenThrift.Routing;

/// <summary>Keeps, for each cheaper model, the pairs that calibrate the promise, and what they certify.</summary>
/// <remarks>
/// What scores an answer never learns from the pairs kept here, so their scores can be taken afresh at each calibration.
/// Calibrates anew when the pairs have grown by a tenth. Safe for concurrent use.
/// </remarks>
internal sealed class GuaranteeBook(QualityFloor floor)
{
    private const int Capacity = 2_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Page> _pages = new(StringComparer.OrdinalIgnoreCase);

    public double ThresholdOf(string leg)
    {
        lock (_lock)
        {
            return _pages.TryGetValue(leg, out Page? page) && !page.IsBroken ? page.Certificate.Threshold : double.PositiveInfinity;
        }
    }

    /// <summary>Gets the threshold that is watched: the one in force, or <see langword="null"/> where nothing is certified.</summary>
    public double? WatchedThresholdOf(string leg) => ThresholdOf(leg) is var threshold && double.IsFinite(threshold) ? threshold : null;

    /// <summary>Gets what is certified for each model.</summary>
    public IReadOnlyDictionary<string, QualityCertificate> Certificates()
    {
        lock (_lock)
        {
            return _pages.ToDictionary(p => p.Key, p => p.Value.IsBroken ? new QualityCertificate { Floor = floor, Pairs = p.Value.Samples.Count } : p.Value.Certificate);
        }
    }

    /// <summary>Takes in a pair that nothing has learnt from; <see cref="CalibrateIfDue"/> belongs after it, or after many.</summary>
    /// <param name="outcome">The pair.</param>
    /// <param name="strong">The quality of the strongest model's answer.</param>
    public void Add(RoutedOutcome outcome, double strong)
    {
        lock (_lock)
        {
            foreach ((string leg, ScoredAnswer answer) in outcome.Answers)
            {
                double own = outcome.Quality[leg];
                Page page = CollectionsMarshal.GetValueRefOrAddDefault(_pages, leg, out _) ??= new Page(floor);
                if (answer.Threshold is { } threshold)
                {
                    (page.Monitor ??= new QualityMonitor(page.Certificate)).Observe(new PairedOutcome(answer.Score, own, strong), threshold);
                }

                page.Samples.Enqueue(new Sample(outcome.Features, answer.Evidence ?? new AnswerEvidence(), own, strong));
                if (page.Samples.Count > Capacity)
                {
                    page.Samples.Dequeue();
                }

                page.Added++;
                if (page.IsBroken)
                {
                    // What was learnt of a world that has changed is let go, and the promise is earned anew.
                    page.Samples.Clear();
                    page.Added = 0;
                    page.Certificate = new QualityCertificate { Floor = floor };
                    page.Monitor = null;
                }
            }
        }
    }

    /// <summary>Calibrates anew where the pairs have grown by enough.</summary>
    /// <param name="score">Scores an answer of a leg.</param>
    public void CalibrateIfDue(Func<string, RequestFeatures, AnswerEvidence, double> score)
    {
        lock (_lock)
        {
            foreach ((string leg, Page page) in _pages)
            {
                if (page.Added > 0 && page.Added * 10 >= page.Samples.Count)
                {
                    Calibrate(leg, page, score);
                }
            }
        }
    }

    private void Calibrate(string leg, Page page, Func<string, RequestFeatures, AnswerEvidence, double> score)
    {
        page.Added = 0;

        // The newest first: where the world has changed, the pairs of before must not win the bet before those of now are looked at.
        page.Certificate = QualityGuarantee.Calibrate([.. page.Samples.Reverse().Select(s => new PairedOutcome(score(leg, s.Features, s.Evidence), s.Weak, s.Strong))], floor);
        page.Monitor = page.Certificate.IsCertified ? page.Monitor ?? new QualityMonitor(page.Certificate) : null;
    }

    private sealed record Sample(RequestFeatures Features, AnswerEvidence Evidence, double Weak, double Strong);

    private sealed class Page(QualityFloor floor)
    {
        public Queue<Sample> Samples { get; } = new();

        public int Added { get; set; }

        public QualityCertificate Certificate { get; set; } = new() { Floor = floor };

        public QualityMonitor? Monitor { get; set; }

        public bool IsBroken => Monitor?.IsBroken == true;
    }
}
