using System.Text.Json.Serialization;
using TokenThrift.Lessons;

namespace TokenThrift.Routing;

/// <summary>A <see cref="RoutedOutcome"/> as it is kept: numbers and hashes of words, no text but the kind of work.</summary>
internal sealed record OutcomeLesson
{
    /// <summary>Gets the kind of work.</summary>
    [JsonPropertyName("k")]
    public required string TaskType { get; init; }

    /// <summary>Gets the hashes of the words of the question, 32 bits each, little-endian.</summary>
    [JsonPropertyName("w")]
    public required byte[] Terms { get; init; }

    /// <summary>Gets how often each of them occurs; 255 stands for more.</summary>
    [JsonPropertyName("c")]
    public required byte[] Counts { get; init; }

    /// <summary>Gets the plain measures, 32-bit floats, little-endian.</summary>
    [JsonPropertyName("f")]
    public required byte[] Measures { get; init; }

    /// <summary>Gets the semantic cache's vector of the request, 16-bit floats, little-endian; <see langword="null"/> where there was none.</summary>
    [JsonPropertyName("v")]
    public byte[]? Vector { get; init; }

    /// <summary>Gets the embedder that made the vector.</summary>
    [JsonPropertyName("e")]
    public string? Embedder { get; init; }

    /// <summary>Gets the quality of each model's answer, in [0, 1].</summary>
    [JsonPropertyName("q")]
    public required Dictionary<string, double> Quality { get; init; }

    /// <summary>Gets what was known of the answers.</summary>
    [JsonPropertyName("a")]
    public Dictionary<string, AnswerLesson> Answers { get; init; } = [];

    /// <summary>Gets a value indicating whether it calibrates the promise and teaches nothing else.</summary>
    [JsonPropertyName("g")]
    public bool IsKeptApart { get; init; }

    /// <summary>Gets the share of the strongest model's quality that was promised; 0 where nothing was.</summary>
    [JsonPropertyName("p")]
    public double Promised { get; init; }

    /// <summary>Returns the form in which an outcome is kept.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="promised">The share of the strongest model's quality that is promised; 0 where nothing is.</param>
    public static OutcomeLesson Of(RoutedOutcome outcome, double promised) => new()
    {
        TaskType = outcome.Features.TaskType,
        Terms = NumberBytes.Of(outcome.Features.Terms),
        Counts = [.. outcome.Features.Counts.Select(count => (byte)Math.Min(count, byte.MaxValue))],
        Measures = NumberBytes.Of(outcome.Features.Measures),
        Vector = outcome.Features.Vector.Length == 0 ? null : NumberBytes.Halves(outcome.Features.Vector.Span),
        Embedder = outcome.Features.Embedder,
        Quality = new Dictionary<string, double>(outcome.Quality),
        Answers = outcome.Answers.ToDictionary(a => a.Key, a => AnswerLesson.Of(a.Value)),
        IsKeptApart = outcome.IsKeptApart,
        Promised = promised,
    };

    /// <summary>Returns the outcome, or <see langword="null"/> where the parts do not fit one another.</summary>
    /// <param name="promised">What is promised here; a threshold of another promise says nothing.</param>
    public RoutedOutcome? Read(double promised)
    {
        uint[] terms = NumberBytes.Integers(Terms);
        float[] measures = NumberBytes.Floats(Measures);
        if (terms.Length != Counts.Length || measures.Length != RequestFeatures.MeasureCount || !Array.TrueForAll(measures, float.IsFinite)
            || Quality.Count == 0 || Quality.Values.Any(q => q is not (>= 0 and <= 1)))
        {
            return null;
        }

        var quality = new Dictionary<string, double>(Quality, StringComparer.OrdinalIgnoreCase);
        var answers = new Dictionary<string, ScoredAnswer>(StringComparer.OrdinalIgnoreCase);
        foreach ((string leg, AnswerLesson answer) in Answers)
        {
            if (!quality.ContainsKey(leg) || answer.Read(isThresholdOurs: promised == Promised) is not { } read)
            {
                return null;
            }

            answers[leg] = read;
        }

        var features = new RequestFeatures(TaskType, terms, [.. Counts.Select(c => (int)c)], measures, Vector is null ? default : NumberBytes.FromHalves(Vector), Embedder);
        return new RoutedOutcome(features, quality, answers, IsKeptApart);
    }
}

/// <summary>A <see cref="ScoredAnswer"/> as it is kept.</summary>
internal sealed record AnswerLesson
{
    /// <summary>Gets the chance that no other model would do better, as predicted before the call.</summary>
    [JsonPropertyName("k")]
    public double Keep { get; init; }

    /// <summary>Gets the score.</summary>
    [JsonPropertyName("s")]
    public double Score { get; init; }

    /// <summary>Gets the score that the promise asked for, or <see langword="null"/>.</summary>
    [JsonPropertyName("t")]
    public double? Threshold { get; init; }

    /// <summary>Gets the names of what the checks measured, as hashes of 32 bits, little-endian; <see langword="null"/> where the answer was not at hand.</summary>
    [JsonPropertyName("n")]
    public byte[]? Names { get; init; }

    /// <summary>Gets what the checks measured, 32-bit floats, little-endian.</summary>
    [JsonPropertyName("v")]
    public byte[]? Values { get; init; }

    /// <summary>Gets the hashes of the words of the answer, 32 bits each, little-endian.</summary>
    [JsonPropertyName("w")]
    public byte[]? Words { get; init; }

    /// <summary>Gets the log-odds that the checks add up to.</summary>
    [JsonPropertyName("l")]
    public double LogOdds { get; init; }

    /// <summary>Gets the code of the check that failed, or <see langword="null"/>.</summary>
    [JsonPropertyName("x")]
    public string? Failure { get; init; }

    public static AnswerLesson Of(ScoredAnswer answer) => new()
    {
        Keep = answer.Keep,
        Score = answer.Score,
        Threshold = answer.Threshold,
        Names = answer.Evidence is null ? null : NumberBytes.Of([.. answer.Evidence.Features.Select(f => f.Feature)]),
        Values = answer.Evidence is null ? null : NumberBytes.Of([.. answer.Evidence.Features.Select(f => (float)f.Value)]),
        Words = answer.Evidence is null ? null : NumberBytes.Of(answer.Evidence.Words),
        LogOdds = answer.Evidence?.LogOdds ?? 0,
        Failure = answer.Evidence?.Failure,
    };

    public ScoredAnswer? Read(bool isThresholdOurs)
    {
        AnswerEvidence? evidence = null;
        if (Names is not null)
        {
            uint[] names = NumberBytes.Integers(Names);
            float[] values = NumberBytes.Floats(Values);
            if (names.Length != values.Length || !Array.TrueForAll(values, float.IsFinite))
            {
                return null;
            }

            evidence = new AnswerEvidence([.. names.Zip(values, (name, value) => (name, (double)value))], NumberBytes.Integers(Words), LogOdds, Failure);
        }

        return new ScoredAnswer(evidence, Keep, Score, isThresholdOurs ? Threshold : null);
    }
}
