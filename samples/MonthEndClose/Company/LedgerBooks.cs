namespace TokenThrift.Samples.MonthEndClose.Company;

/// <summary>Trial balances with the month before, and the journals behind the accounts that moved.</summary>
internal static class LedgerBooks
{
    private static readonly string[] Reasons =
    [
        "annual price increase of main supplier", "one-off severance payment", "large order delivered to a new customer", "trade fair in Milan", "credit note for returned goods",
        "catch-up of last quarter's bonuses", "relocation of the warehouse", "legal dispute settled", "rebate received from supplier", "project milestone invoiced",
    ];

    public static (IReadOnlyList<BalanceLine> TrialBalance, IReadOnlyList<Journal> Journals) Make(Dice dice, Entity entity, Policies policies)
    {
        var lines = new List<BalanceLine>();
        var journals = new List<Journal>();
        foreach (Account account in GroupChart.Accounts)
        {
            if (account.Code is "3100" or "9999")
            {
                continue;
            }

            bool isCredit = account.Code[0] is '2' or '3' or '4';
            bool isFlow = account.Code[0] >= '4';
            int sign = isCredit ? -1 : 1;
            decimal before = sign * dice.Amount(40_000, 900_000);
            bool moves = isFlow && dice.Chance(14);
            decimal change = moves
                ? Math.Sign(dice.Number(0, 1) - 0.5m) * (policies.VarianceAmount + dice.Amount(8_000, 60_000))
                : Math.Round(before * dice.Number(-80, 80) / 1000m, 2);
            decimal now = before + change;
            if (moves || dice.Chance(12))
            {
                AddJournals(dice, entity, account, now - before, journals);
            }

            decimal opening = isFlow ? 0 : before;
            decimal moved = now - opening;
            decimal other = dice.Amount(1_000, 20_000);
            lines.Add(new BalanceLine(account.Code, account.Name, opening, Math.Max(moved, 0) + other, Math.Max(-moved, 0) + other, now, before));
        }

        // A booking that nobody cleared, in some entities; retained earnings then balance the rest, but for a rare mistake.
        decimal suspense = dice.Chance(25) ? dice.Amount(150, 4_000) : 0;
        lines.Add(new BalanceLine("9999", "Suspense", 0, suspense, 0, suspense, 0));
        decimal sum = lines.Sum(x => x.Closing);
        decimal slip = dice.Chance(20) ? dice.Amount(10, 900) : 0;
        lines.Add(new BalanceLine("3100", "Retained earnings", -sum + slip, 0, 0, -sum + slip, -lines.Sum(x => x.PriorMonth)));
        return ([.. lines.OrderBy(x => x.Account, StringComparer.Ordinal)], journals);
    }

    private static void AddJournals(Dice dice, Entity entity, Account account, decimal change, List<Journal> journals)
    {
        int count = dice.Number(8, 14);
        int driver = dice.Number(0, count - 1);
        for (int i = 0; i < count; i++)
        {
            decimal amount = i == driver ? Math.Round(change * dice.Number(70, 95) / 100m, 2) : Math.Round(change * dice.Number(-9, 12) / 100m, 2);
            string memo = i == driver ? dice.Pick(Reasons) : $"monthly booking {account.Name.ToLowerInvariant()} batch {dice.Number(100, 999)}";
            journals.Add(new Journal($"JE-{entity.Code}-{account.Code}-{i + 1:00}", dice.Day(), account.Code, amount, memo, dice.Pick(["c.brandt", "l.moreau", "t.wong", "auto"])));
        }
    }
}
