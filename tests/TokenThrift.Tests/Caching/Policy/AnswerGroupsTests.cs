using TokenThrift.Caching;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class AnswerGroupsTests
{
    [Fact]
    public void Answers_that_are_found_the_same_are_one_by_way_of_others_and_keep_what_was_known()
    {
        var groups = new AnswerGroups();
        groups.Add(QuestionTerms.Of("open an account"), "a");
        groups.Add(QuestionTerms.Of("open one more account"), "b");
        groups.Add(QuestionTerms.Of("account opening"), "c");
        groups.Add(QuestionTerms.Of("close it"), "d");
        Assert.True(groups.Join("b", "a"));
        Assert.False(groups.Join("b", "a"));
        Assert.False(groups.Join("never seen", "a"));
        Assert.True(groups.Join("a", "c"));
        Assert.True(groups.AreOne("b", "c"));
        Assert.False(groups.AreOne("b", "d"));
        Assert.Equal(2, groups.Count);
        AnswerGroup joined = groups.Of(Entry("a"));
        Assert.Same(joined, groups.Of(Entry("b")));
        Assert.Equal(3, joined.Questions);
    }

    [Fact]
    public void Parted_answers_are_two_again_and_can_be_found_the_same_anew()
    {
        var groups = new AnswerGroups();
        groups.Add(QuestionTerms.Of("open an account"), "a");
        groups.Add(QuestionTerms.Of("open one more account"), "b");
        groups.Join("b", "a");
        groups.Part();
        Assert.False(groups.AreOne("a", "b"));
        Assert.NotSame(groups.Of(Entry("a")), groups.Of(Entry("b")));
        Assert.True(groups.Join("b", "a"));
        Assert.True(groups.AreOne("a", "b"));
    }

    [Fact]
    public void What_could_not_be_told_is_looked_at_again_when_the_answers_are_found_the_same()
    {
        var estimator = new ErrorEstimator(0.05, perRequest: false);
        var owner = new Lock();
        for (int i = 0; i < 200; i++)
        {
            HitEvidence evidence = PolicySamples.Evidence(0.5 + (i % 50 / 100.0));
            estimator.See(evidence);
            estimator.Add(new HitLabel(evidence, i % 4 == 0 ? AnswerComparison.Different : AnswerComparison.Unknown, 1, 0.3, "a", "b"));
        }

        estimator.Refit(owner);
        double before = estimator.Estimate(PolicySamples.Evidence(0.7));
        estimator.Tell(label => label is { Answer: "a", Kept: "b" });
        estimator.Refit(owner);
        Assert.True(before > 0.9, $"{before}");
        Assert.InRange(estimator.Estimate(PolicySamples.Evidence(0.7)), 0.15, 0.6);
    }

    private static SemanticEntry Entry(string group) => new()
    {
        Id = group,
        Partition = "p",
        Encoder = "e",
        Vector = ReadOnlyMemory<float>.Empty,
        Question = "how to open an account",
        AnswerGroup = group,
    };
}
