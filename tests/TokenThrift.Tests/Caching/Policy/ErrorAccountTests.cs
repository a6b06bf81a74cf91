using TokenThrift.Caching;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class ErrorAccountTests
{
    [Theory]
    [InlineData(0.01, 0.01)]
    [InlineData(0.01, 0.5)]
    [InlineData(0.05, 0.05)]
    [InlineData(0.05, 0.9)]
    public void What_is_served_keeps_the_expected_wrong_ones_within_the_bound_and_one(double share, double worst)
    {
        var account = new ErrorAccount(perRequest: false);
        var random = new Random(7);
        double expected = 0;
        int served = 0;
        for (int i = 0; i < 5000; i++)
        {
            account.Ask();
            double error = random.NextDouble() * worst;
            if (account.Affords(error, share))
            {
                account.Serve(error);
                served++;
                expected += error;
            }

            Assert.True(expected + (1.645 * Math.Sqrt(expected)) <= (share * served) + 1 + 1e-9, $"{expected} of {served} after {i}");
        }

        Assert.True(served > 0);
    }

    [Fact]
    public void Bound_on_requests_affords_more_than_one_on_served_answers()
    {
        var perHit = new ErrorAccount(perRequest: false);
        var perRequest = new ErrorAccount(perRequest: true);
        for (int i = 0; i < 10_000; i++)
        {
            perHit.Ask();
            perRequest.Ask();
        }

        Assert.False(perHit.Affords(0.5, 0.01));
        Assert.True(perRequest.Affords(0.5, 0.01));
    }

    [Fact]
    public void Taking_back_leaves_the_account_as_it_was()
    {
        var account = new ErrorAccount(perRequest: false);
        account.Serve(0.1);
        double aim = account.Aim(0.05);
        account.Serve(0.2);
        account.TakeBack(0.2);
        Assert.Equal(aim, account.Aim(0.05), 12);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.02)]
    [InlineData(0.05)]
    public void Aim_keeps_a_margin_that_shrinks_to_its_least_as_more_are_served(double share)
    {
        var account = new ErrorAccount(perRequest: false);
        for (int i = 0; i < 20_000; i++)
        {
            Assert.InRange(account.Aim(share), share * 0.4, share * ErrorAccount.MostAim);
            account.Serve(0);
        }

        Assert.Equal(share * ErrorAccount.MostAim, account.Aim(share), 6);
    }
}
