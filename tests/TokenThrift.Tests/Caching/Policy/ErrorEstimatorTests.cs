using TokenThrift.Caching;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class ErrorEstimatorTests
{
    private readonly Lock _owner = new();

    [Fact]
    public void Serves_nothing_before_it_has_labels()
    {
        var estimator = new ErrorEstimator(0.02, perRequest: false);
        Assert.Equal((1.0, -1.0), (estimator.Estimate(PolicySamples.Evidence(0.99)), estimator.Limit(0.02)));
        foreach (HitLabel label in PolicySamples.Labels(ErrorEstimator.Fewest - 1, _ => 1, _ => 0, seed: 1))
        {
            estimator.Add(label);
            estimator.Refit(_owner);
        }

        Assert.Equal(1, estimator.Estimate(PolicySamples.Evidence(0.99)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_it_would_serve_is_wrong_no_more_often_than_allowed(int seed)
    {
        const double Share = 0.05;
        var estimator = new ErrorEstimator(Share, perRequest: false);
        var random = new Random(seed);
        int served = 0;
        int wrong = 0;
        for (int i = 0; i < 4000; i++)
        {
            // The more alike, the more often right; beyond 0.9 nearly always.
            double similarity = random.NextDouble();
            HitEvidence evidence = PolicySamples.Evidence(similarity);
            bool isWrong = random.NextDouble() < 1 / (1 + Math.Exp(14 * (similarity - 0.6)));
            estimator.See(evidence);
            double estimate = estimator.Estimate(evidence);
            if (estimate <= estimator.Limit(Share) && estimator.Account.Affords(estimate, Share))
            {
                estimator.Account.Serve(estimate);
                served++;
                wrong += isWrong ? 1 : 0;
            }

            // A tenth is checked whatever was decided, so labels are a fair sample.
            if (random.NextDouble() < 0.1)
            {
                estimator.Add(new HitLabel(evidence, isWrong ? AnswerComparison.Different : AnswerComparison.Same, 0.1, estimator.Foretell(evidence)));
                estimator.Refit(_owner);
            }
        }

        Assert.True(served > 50, $"{served}");
        Assert.True(PolicySamples.LowerBound(wrong, served) <= Share, $"{wrong} of {served}");
    }

    [Fact]
    public void Limit_falls_with_the_share_that_is_allowed_and_clearing_forgets()
    {
        var estimator = new ErrorEstimator(0.05, perRequest: false);
        var random = new Random(5);
        for (int i = 0; i < 600; i++)
        {
            double similarity = random.NextDouble();
            HitEvidence evidence = PolicySamples.Evidence(similarity);
            estimator.See(evidence);
            estimator.Add(new HitLabel(evidence, random.NextDouble() < 1 - similarity ? AnswerComparison.Different : AnswerComparison.Same, 1, estimator.Foretell(evidence)));
            estimator.Refit(_owner);
        }

        Assert.True(estimator.Limit(0.01) <= estimator.Limit(0.05));
        Assert.True(estimator.Estimate(PolicySamples.Evidence(0.95)) < estimator.Estimate(PolicySamples.Evidence(0.3)));
        estimator.Clear();
        Assert.Equal((0, 1.0), (estimator.Count, estimator.Estimate(PolicySamples.Evidence(0.95))));
    }

    [Fact]
    public void What_is_plainly_wrong_does_not_push_out_what_came_into_question()
    {
        var labels = new LabelMemory();
        for (int i = 0; i < 300; i++)
        {
            labels.Add(new HitLabel(PolicySamples.Evidence(0.9), AnswerComparison.Same, 1, 0.1));
        }

        for (int i = 0; i < 20_000; i++)
        {
            labels.Add(new HitLabel(PolicySamples.Evidence(0.3), AnswerComparison.Different, 1, 0.9));
        }

        Assert.InRange(labels.Count, 1000, 4096);
        Assert.Equal(300, labels.ToArray().Count(label => label.Foretold < 0.5));
        labels.Clear();
        Assert.Empty(labels.ToArray());
    }

    [Fact]
    public void Others_go_on_with_the_fit_before_while_one_is_made()
    {
        ErrorEstimator estimator = null!;
        bool isMet = false;
        estimator = new ErrorEstimator(0.02, perRequest: false, (labels, traffic) =>
        {
            // A lookup takes this lock and no other. It would wait for ever here if the one who fits held it.
            Assert.True(Task.Run(() =>
            {
                lock (_owner)
                {
                    isMet = estimator.IsFitting && estimator.Estimate(PolicySamples.Evidence(0.5)) == 1;
                    estimator.Add(PolicySamples.Labels(1, _ => 0.1, _ => 0, seed: 3)[0]);
                }

                estimator.Refit(_owner);
            }).Wait(TimeSpan.FromSeconds(30)));
            return ErrorFit.Of(labels, traffic, 0.02, perRequest: false);
        });
        Fill(estimator);
        estimator.Refit(_owner);
        Assert.True(isMet);
        Assert.False(estimator.IsFitting);
        Assert.InRange(estimator.Estimate(PolicySamples.Evidence(0.99)), 0, 0.5);
    }

    [Fact]
    public void Fit_of_what_was_forgotten_meanwhile_is_not_taken_and_a_fault_leaves_the_one_before()
    {
        ErrorEstimator estimator = null!;
        estimator = new ErrorEstimator(0.02, perRequest: false, (labels, traffic) =>
        {
            lock (_owner)
            {
                estimator.Clear();
            }

            return ErrorFit.Of(labels, traffic, 0.02, perRequest: false);
        });
        Fill(estimator);
        estimator.Refit(_owner);
        Assert.Equal(1, estimator.Estimate(PolicySamples.Evidence(0.99)));

        var failing = new ErrorEstimator(0.02, perRequest: false, (_, _) => throw new InvalidOperationException("broken"));
        Fill(failing);
        Assert.Throws<InvalidOperationException>(() => failing.Refit(_owner));
        Assert.False(failing.IsFitting);
        Assert.Equal(1, failing.Estimate(PolicySamples.Evidence(0.99)));
    }

    private static void Fill(ErrorEstimator estimator)
    {
        foreach (HitLabel label in PolicySamples.Labels(300, _ => 0.1, _ => 0.01, seed: 2))
        {
            estimator.Add(label);
        }
    }
}
