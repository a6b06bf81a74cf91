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
}
