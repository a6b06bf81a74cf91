using System.Runtime.InteropServices;

namespace TokenThrift.Routing;

/// <summary>Turns what is known of an answer into the chance that a stronger model would not have done better.</summary>
/// <remarks>
/// The prediction made before the call and the checks' own degrees of belief are added as log-odds. With labels, a logistic
/// regression per model, which starts from that sum, learns how good the answer is: what each of them is worth, and what the
/// checks' findings and the answer's words add to it. Whether the stronger model did better as well is left to the prediction:
/// it says nothing of this answer, and as a label it would only be noise. Safe for concurrent use; the regression is fitted
/// outside the lock.
/// </remarks>
internal sealed class AnswerScorer
{
    private const uint Bias = 1, Keep = 2, Checks = 3;
    private const int FirstFit = 32;
    private const int Capacity = 2_048;

    // A finding needs some ten answers, and a word many more, before it counts against what is believed beforehand.
    private const double Shrinkage = 10;
    private const double WordShrinkage = 20;
    private const uint WordBit = 0x8000_0000;

    private static readonly Dictionary<uint, double> Start = new() { [Keep] = 1, [Checks] = 1 };
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Memory> _models = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Scores an answer.</summary>
    /// <param name="model">The model that gave it.</param>
    /// <param name="keep">The chance that no other model would do better, as predicted before the call.</param>
    /// <param name="best">The quality predicted of the best model.</param>
    /// <param name="evidence">What the checks found.</param>
    public double Score(string model, double keep, double best, AnswerEvidence evidence)
    {
        AnswerRegression? regression;
        lock (_lock)
        {
            regression = _models.GetValueOrDefault(model)?.Regression;
        }

        // A stronger model does better where this answer is wrong and its own would be right.
        return regression is null
            ? Odds.FromLogit(Odds.Logit(keep) + evidence.LogOdds)
            : 1 - ((1 - Odds.FromLogit(regression.LogOdds(Inputs(keep, evidence)))) * best);
    }

    /// <summary>Learns from an answer whose worth became known.</summary>
    /// <param name="model">The model that gave it.</param>
    /// <param name="keep">The prediction made before the call, by something that had not seen its outcome.</param>
    /// <param name="evidence">What the checks found.</param>
    /// <param name="quality">How good it was, in [0, 1].</param>
    public void Learn(string model, double keep, AnswerEvidence evidence, double quality)
    {
        Take(model, keep, evidence, quality);
        FitIfDue(model);
    }

    /// <summary>Takes in an answer whose worth became known; <see cref="FitIfDue"/> belongs after it, or after many.</summary>
    public void Take(string model, double keep, AnswerEvidence evidence, double quality)
    {
        SparseRow inputs = Inputs(keep, evidence);
        lock (_lock)
        {
            Memory memory = CollectionsMarshal.GetValueRefOrAddDefault(_models, model, out _) ??= new Memory();
            memory.Past.Enqueue((inputs, quality));
            if (memory.Past.Count > Capacity)
            {
                memory.Past.Dequeue();
            }

            memory.Learnt++;
        }
    }

    /// <summary>Fits a model's regression anew where enough labels have come since.</summary>
    public void FitIfDue(string model)
    {
        Memory? memory;
        (SparseRow Inputs, double Quality)[] past;
        lock (_lock)
        {
            if (!_models.TryGetValue(model, out memory) || memory.Learnt < memory.RefitAt)
            {
                return;
            }

            // Fits a quarter apart cost a constant for each label.
            memory.RefitAt = memory.Learnt + Math.Max(1, memory.Past.Count / 4);
            past = [.. memory.Past];
        }

        AnswerRegression fitted = AnswerRegression.Fit(
            [.. past.Select(p => p.Inputs)], [.. past.Select(p => p.Quality)], Start, key => (key & WordBit) != 0 ? WordShrinkage : Shrinkage);
        lock (_lock)
        {
            memory.Regression = fitted;
        }
    }

    private static SparseRow Inputs(double keep, AnswerEvidence evidence)
    {
        uint[] words = evidence.Words;
        uint[] keys = [Bias, Keep, Checks, .. evidence.Features.Select(f => f.Feature & ~WordBit), .. words.Select(w => w | WordBit)];
        float share = words.Length == 0 ? 0 : 1 / MathF.Sqrt(words.Length);
        float[] values = [1, (float)Odds.Logit(keep), (float)evidence.LogOdds, .. evidence.Features.Select(f => (float)f.Value), .. Enumerable.Repeat(share, words.Length)];
        return new SparseRow(keys, values);
    }

    private sealed class Memory
    {
        public Queue<(SparseRow Inputs, double Quality)> Past { get; } = new();

        public AnswerRegression? Regression { get; set; }

        public int Learnt { get; set; }

        public int RefitAt { get; set; } = FirstFit;
    }
}
