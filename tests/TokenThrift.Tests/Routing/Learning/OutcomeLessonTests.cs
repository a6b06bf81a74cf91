using System.Text.Json;
using CsCheck;
using TokenThrift.Routing;

namespace TokenThrift.Tests.Routing.Learning;

public class OutcomeLessonTests
{
    private static readonly Gen<double> Share = Gen.Double[0, 1];
    private static readonly Gen<float> Number = Gen.Float[-8, 8];

    private static readonly Gen<RequestFeatures> Requests = Gen.Select(
        Gen.String[0, 20],
        Gen.UInt.HashSet[0, 40].Select(set => set.Order().ToArray()),
        Gen.Int[1, 255].Array[40],
        Number.Array[RequestFeatures.MeasureCount],
        Gen.OneOf(Gen.Const(Array.Empty<float>()), Gen.Float[-1, 1].Array[16]),
        (type, terms, counts, measures, vector) => new RequestFeatures(type, terms, counts[..terms.Length], measures, vector, vector.Length == 0 ? null : "embedder"));

    private static readonly Gen<ScoredAnswer> Answers = Gen.Select(
        Gen.Select(Gen.UInt, Number, (name, value) => (name, (double)value)).Array[0, 9],
        Gen.UInt.Array[0, 30],
        Gen.Double[-9, 9],
        Gen.Bool,
        Share.Array[3],
        Gen.Int[0, 2],
        (found, words, odds, fails, shares, kind) => new ScoredAnswer(
            kind == 0 ? null : new AnswerEvidence(found, words, odds, fails ? "failed" : null), shares[0], shares[1], kind == 1 ? null : shares[2]));

    private static readonly Gen<RoutedOutcome> Outcomes = Gen.Select(
        Requests, Share, Share, Answers, Gen.Bool,
        (features, cheap, dear, answer, apart) => new RoutedOutcome(
            features,
            new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase) { ["cheap"] = cheap, ["dear"] = dear },
            new Dictionary<string, ScoredAnswer>(StringComparer.OrdinalIgnoreCase) { ["cheap"] = answer },
            apart));

    [Fact]
    public void What_is_kept_gives_back_what_went_in() => Outcomes.Sample(outcome =>
    {
        string line = JsonSerializer.Serialize(new RoutingLesson { At = 7, Outcome = OutcomeLesson.Of(outcome, 0.9) }, RoutingLessonJson.Default.RoutingLesson);
        Assert.DoesNotContain('\n', line);
        OutcomeLesson kept = JsonSerializer.Deserialize(line, RoutingLessonJson.Default.RoutingLesson)!.Outcome!;
        RoutedOutcome read = kept.Read(0.9)!;
        Assert.Equal(outcome.Features.TaskType, read.Features.TaskType);
        Assert.Equal(outcome.Features.Terms, read.Features.Terms);
        Assert.Equal(outcome.Features.Frequencies, read.Features.Frequencies);
        Assert.Equal(outcome.Features.PlainKeys, read.Features.PlainKeys);
        Assert.Equal(outcome.Features.PlainValues, read.Features.PlainValues);
        Assert.Equal(outcome.Features.Embedder, read.Features.Embedder);
        Assert.Equal(outcome.Features.Vector.Length, read.Features.Vector.Length);
        for (int i = 0; i < read.Features.Vector.Length; i++)
        {
            Assert.Equal(outcome.Features.Vector.Span[i], read.Features.Vector.Span[i], 0.001f);
        }

        Assert.Equal(outcome.Quality, read.Quality);
        Assert.Equal(outcome.IsKeptApart, read.IsKeptApart);
        (ScoredAnswer before, ScoredAnswer after) = (outcome.Answers["cheap"], read.Answers["CHEAP"]);
        Assert.Equal(before with { Evidence = null }, after with { Evidence = null });
        Assert.Equal(before.Evidence?.Features, after.Evidence?.Features);
        Assert.Equal(before.Evidence?.Words, after.Evidence?.Words);
        Assert.Equal(before.Evidence?.LogOdds, after.Evidence?.LogOdds);
        Assert.Equal(before.Evidence?.Failure, after.Evidence?.Failure);
        Assert.Null(kept.Read(0.95)!.Answers["cheap"].Threshold);
    });

    [Fact]
    public void What_does_not_fit_together_is_left_out() => Gen.Select(Outcomes, Gen.Int[0, 6]).Sample((outcome, part) =>
    {
        OutcomeLesson kept = OutcomeLesson.Of(outcome, 0);
        OutcomeLesson spoilt = part switch
        {
            0 => kept with { Counts = [.. kept.Counts, 1] },
            1 => kept with { Measures = kept.Measures[4..] },
            2 => kept with { Measures = [.. kept.Measures[..^4], .. BitConverter.GetBytes(float.NaN)] },
            3 => kept with { Quality = [] },
            4 => kept with { Quality = new() { ["cheap"] = 1.5 } },
            5 => kept with { Quality = new() { ["dear"] = 1 } },
            _ => kept with { Answers = new() { ["cheap"] = new AnswerLesson { Names = [1, 2, 3, 4] } } },
        };
        Assert.Null(spoilt.Read(0));
    });
}
