using CsCheck;
using TokenThrift.Compression.Sessions;

namespace TokenThrift.Tests.Compression;

public sealed class EpochPolicyTests
{
    private static readonly Gen<EpochCandidate[]> Candidates = Gen.Select(Gen.Long[20, 4000], Gen.Long[0, 200], Gen.Long[0, 1500]).Array[0, 12].Select(rows =>
    {
        long after = 0;
        var candidates = new List<EpochCandidate>();
        for (int i = rows.Length - 1; i >= 0; i--)
        {
            candidates.Add(new EpochCandidate(i, rows[i].Item1, rows[i].Item1 * rows[i].Item2, after += rows[i].Item3, rows[i].Item1 + 20, rows.Length - i));
            after += rows[i].Item1 + 20;
        }

        candidates.Reverse();
        return candidates.ToArray();
    });

    [Fact]
    public void An_epoch_fires_only_where_as_many_calls_as_so_far_would_pay_for_it() =>
        Gen.Select(Candidates, Gen.Long[0, 400], Gen.Bool, Gen.Bool).Sample((candidates, calls, hasHandles, isFree) =>
        {
            EpochAccount account = Account(calls, hasHandles, isFree);
            int first = EpochPolicy.FirstToReplace(candidates, account);
            if (first < 0)
            {
                return;
            }

            EpochCandidate[] chosen = candidates[first..];
            Int128 gain = chosen.Sum(c => c.Gain);
            Int128 stays = chosen[0].After - (gain - chosen[0].Gain);
            Int128 price = isFree ? 0 : (account.Write - account.Read) * (hasHandles ? stays : account.PromptTokens - gain);
            Assert.True(calls * account.Read * gain > price);
        }, iter: 2000);

    [Fact]
    public void No_epoch_puts_a_session_further_into_the_red_than_it_may()
    {
        EpochCandidate[] candidates = [new(0, 3000, 3_000_000, 2000, 3020, 20)];
        EpochAccount rich = Account(200, hasHandles: true, isFree: false);
        Assert.Equal(0, EpochPolicy.FirstToReplace(candidates, rich));
        Assert.Equal(-1, EpochPolicy.FirstToReplace(candidates, rich with { Balance = -rich.Spent }));
    }

    [Fact]
    public void It_waits_while_the_average_cost_of_a_cycle_falls_and_no_longer()
    {
        EpochAccount account = Account(200, hasHandles: true, isFree: false);
        Assert.Equal(-1, EpochPolicy.FirstToReplace([new(0, 300, 300, 2000, 320, 10)], account));
        Assert.Equal(0, EpochPolicy.FirstToReplace([new(0, 300, 300 * 80, 2000, 320, 90)], account));
        Assert.Equal(0, EpochPolicy.FirstToReplace([new(0, 300, 300, 2000, 320, 10)], account with { IsBreakFree = true }));
    }

    private static EpochAccount Account(long calls, bool hasHandles, bool isFree) => new()
    {
        Read = 100_000,
        Write = 1_250_000,
        PromptTokens = 60_000,
        ToolTokens = 80,
        HasHandles = hasHandles,
        IsBreakFree = isFree,
        CallsExpected = calls,
        Balance = 0,
        Spent = (Int128)1_000_000 * 1_000_000,
        RegretPerThousand = 200,
        RetrievalPerThousand = 50,
    };
}
