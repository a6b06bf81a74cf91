using TokenThrift.Caching;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class AuditPlanTests
{
    [Fact]
    public void Is_always_a_probability_that_leaves_room_to_serve()
    {
        foreach (double error in new[] { 0, 1e-6, 0.001, 0.01, 0.1, 1 })
        {
            foreach (int done in new[] { 0, 1, 20, 100_000 })
            {
                foreach (double suspicion in new[] { 0, 0.01, 1, 10, 50 })
                {
                    Assert.InRange(AuditPlan.Probability(error, 0.01, done, suspicion), 0.01, 0.3);
                }
            }
        }
    }

    [Fact]
    public void Rises_with_doubt_and_suspicion_and_falls_with_what_was_done()
    {
        double usual = AuditPlan.Probability(0.005, 0.01, 100, 1);
        Assert.True(AuditPlan.Probability(0.02, 0.01, 100, 1) > usual);
        Assert.True(AuditPlan.Probability(0.005, 0.01, 100, 4) > usual);
        Assert.True(AuditPlan.Probability(0.005, 0.01, 0, 1) > usual);
        Assert.Equal(usual, AuditPlan.Probability(0.005, 0.01, 100, 0.1));
    }
}
