using TokenThrift.Caching;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class HitPolicyTests
{
    [Fact]
    public void Partition_that_was_not_used_for_longest_is_forgotten_first()
    {
        var policy = new HitPolicy(0.01, perRequest: false, maximumPartitions: 3);
        PartitionEvidence busy = policy.For("busy");
        PartitionEvidence read = policy.For("read");
        policy.For("idle");
        Assert.Same(busy, policy.For("busy"));
        Assert.Same(read, policy.Find("read"));
        policy.For("new");
        Assert.Null(policy.Find("idle"));
        Assert.Same(busy, policy.Find("busy"));
        Assert.Same(read, policy.Find("read"));
    }

    [Fact]
    public void Partitions_stay_bounded_under_concurrent_use()
    {
        var policy = new HitPolicy(0.01, perRequest: false, maximumPartitions: 8);
        Parallel.For(0, 20_000, i => Assert.NotNull(policy.For($"p{i * 31 % 50}")));
        Assert.Equal(8, Enumerable.Range(0, 50).Count(i => policy.Find($"p{i}") is not null));
    }

    [Fact]
    public void Partitions_hold_no_more_together_than_they_may()
    {
        var policy = new HitPolicy(0.01, perRequest: false, maximumWeight: 2000);
        for (int i = 0; i < 2000; i++)
        {
            policy.Add($"p{i % 20}", QuestionTerms.Of($"question number {i} about thing {i * 7}"), $"answer {i % 3}");
        }

        PartitionEvidence[] left = [.. Enumerable.Range(0, 20).Select(i => policy.Find($"p{i}")).OfType<PartitionEvidence>()];
        Assert.InRange(left.Sum(partition => partition.Weighed), 1, 2000);
        Assert.NotNull(policy.Find("p19"));

        // One alone is bounded by its own limits, and is not thrown out for being the only one.
        var single = new HitPolicy(0.01, perRequest: false, maximumWeight: 1);
        single.Add("p", QuestionTerms.Of("a question of some words"), "a");
        Assert.NotNull(single.Find("p"));
    }
}
