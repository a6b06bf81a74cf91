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

    [Fact]
    public void Process_begins_with_the_mean_of_what_each_of_the_others_has_served()
    {
        var one = new ErrorAccount(perRequest: false);
        var begun = new ErrorAccount(perRequest: false);
        for (int i = 0; i < 500; i++)
        {
            one.Serve(0.005);
        }

        begun.Recall(Enumerable.Range(0, 2000).Select(i => Served(0.005)), writers: 4, share: 0.01);
        Assert.Equal(one.Aim(0.01), begun.Aim(0.01), 1e-9);
        Assert.Equal(Room(one), Room(begun));
    }

    [Fact]
    public void Process_that_begins_after_too_much_was_served_can_serve_the_surest_again()
    {
        var account = new ErrorAccount(perRequest: false);
        account.Recall(Enumerable.Range(0, 300).Select(_ => Served(0.2)), writers: 1, share: 0.01);
        Assert.False(account.Affords(0.02, 0.01));
        Assert.True(account.Affords(0.001, 0.01));
    }

    [Fact]
    public void Bound_on_requests_counts_those_of_others_too()
    {
        var account = new ErrorAccount(perRequest: true);
        Lesson missed = Served(0.5) with { IsServed = false };
        account.Recall(Enumerable.Range(0, 1000).SelectMany(_ => new[] { missed, Served(0.001), Served(0.001) with { IsReport = true } }), writers: 2, share: 0.01);
        var own = new ErrorAccount(perRequest: true);
        for (int i = 0; i < 1000; i++)
        {
            own.Ask();
        }

        for (int i = 0; i < 500; i++)
        {
            own.Serve(0.001);
        }

        Assert.Equal(Room(own), Room(account));
    }

    private static Lesson Served(double error) => new() { At = 0, Evidence = [0], IsServed = true, EstimatedError = error };

    // How many of an error of 0.05 it affords.
    private static int Room(ErrorAccount account)
    {
        int room = 0;
        while (account.Affords(0.05, 0.01) && room < 1000)
        {
            account.Serve(0.05);
            room++;
        }

        return room;
    }
}
