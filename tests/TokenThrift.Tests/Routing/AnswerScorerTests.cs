using TokenThrift.Routing;

namespace TokenThrift.Tests.Routing;

public class AnswerScorerTests
{
    [Fact]
    public void Without_labels_prediction_and_checks_add_up_as_log_odds()
    {
        var scorer = new AnswerScorer();

        Assert.Equal(0.7, scorer.Score("m", 0.7, 1, Evidence(null)), 6);
        Assert.Equal(0.5, scorer.Score("m", 0.7, 1, Evidence(0.3)), 6);
        Assert.True(scorer.Score("m", 0.7, 1, Evidence(0.9)) > scorer.Score("m", 0.7, 1, Evidence(0.6)));
    }

    [Fact]
    public void A_check_that_is_right_gains_weight_and_one_that_guesses_loses_it()
    {
        AnswerScorer right = Taught(random => random.Next(2), found => found), guessing = Taught(random => random.Next(2), (_, random) => random.Next(2));

        double rightGap = right.Score("m", 0.5, 1, Evidence(0.8)) - right.Score("m", 0.5, 1, Evidence(0.2));
        double guessingGap = guessing.Score("m", 0.5, 1, Evidence(0.8)) - guessing.Score("m", 0.5, 1, Evidence(0.2));

        Assert.True(rightGap > 0.75, $"{rightGap}");
        Assert.True(guessingGap < 0.35, $"{guessingGap}");
    }

    [Fact]
    public void What_a_check_measured_is_worth_what_labels_say()
    {
        var scorer = new AnswerScorer();
        var random = new Random(1);
        for (int i = 0; i < 400; i++)
        {
            int tables = random.Next(2);
            scorer.Learn("m", 0.7, Evidence(null, tables), random.NextDouble() < (tables == 1 ? 0.1 : 0.9) ? 1 : 0);
        }

        Assert.True(scorer.Score("m", 0.7, 1, Evidence(null, 0)) > scorer.Score("m", 0.7, 1, Evidence(null, 1)) + 0.5);
    }

    [Fact]
    public void A_few_labels_change_nothing_and_labels_of_one_model_say_nothing_of_another()
    {
        var scorer = new AnswerScorer();
        for (int i = 0; i < 31; i++)
        {
            scorer.Learn("m", 0.7, Evidence(0.9), 0);
        }

        double before = scorer.Score("m", 0.7, 1, Evidence(0.9));
        for (int i = 0; i < 200; i++)
        {
            scorer.Learn("m", 0.7, Evidence(0.9), 0);
        }

        Assert.Equal(new AnswerScorer().Score("m", 0.7, 1, Evidence(0.9)), before);
        Assert.Equal(before, scorer.Score("other", 0.7, 1, Evidence(0.9)));
        Assert.True(scorer.Score("m", 0.7, 1, Evidence(0.9)) < 0.3);
    }

    [Fact]
    public void Where_no_model_is_expected_to_do_better_a_doubtful_answer_is_kept()
    {
        AnswerScorer scorer = Taught(random => random.Next(2), found => found);

        Assert.True(scorer.Score("m", 0.5, 0.2, Evidence(0.2)) > 0.75);
        Assert.True(scorer.Score("m", 0.5, 1, Evidence(0.2)) < 0.25);
    }

    private static AnswerScorer Taught(Func<Random, int> find, Func<int, int> label) => Taught(find, (found, _) => label(found));

    private static AnswerScorer Taught(Func<Random, int> find, Func<int, Random, int> label)
    {
        var scorer = new AnswerScorer();
        var random = new Random(1);
        for (int i = 0; i < 600; i++)
        {
            int found = find(random);
            scorer.Learn("m", 0.5, Evidence(found == 1 ? 0.8 : 0.2), label(found, random));
        }

        return scorer;
    }

    private static AnswerEvidence Evidence(double? quality, double tables = 0)
    {
        var evidence = new AnswerEvidence("an answer");
        evidence.Add("mine", CheckResult.Pass with { Quality = quality, Findings = tables == 0 ? null : new Dictionary<string, double> { ["tables"] = tables } });
        return evidence;
    }
}
