namespace TokenThrift.Samples.MonthEndClose.Company;

/// <summary>What the entities owe one another, as each of the two sides has booked it.</summary>
internal static class IntercompanyBooks
{
    public static void Fill(Dice dice, EntityBooks[] books, Dictionary<string, decimal> rates, Policies policies)
    {
        var balances = books.ToDictionary(x => x.Entity.Code, _ => new List<IntercompanyBalance>());
        for (int creditor = 0; creditor < books.Length; creditor++)
        {
            for (int debtor = 0; debtor < books.Length; debtor++)
            {
                if (creditor == debtor || !dice.Chance(22))
                {
                    continue;
                }

                decimal amount = dice.Amount(4_000, 250_000);

                // Most pairs agree but for rounding; some differ by an invoice that only one side has.
                decimal difference = dice.Chance(22) ? dice.Amount((int)policies.IntercompanyTolerance + 50, 9_000) : dice.Amount(0, (int)policies.IntercompanyTolerance / 4);
                Entity from = books[creditor].Entity;
                Entity to = books[debtor].Entity;
                balances[from.Code].Add(new IntercompanyBalance(to.Code, "receivable", Math.Round(amount / rates[from.Currency], 2)));
                balances[to.Code].Add(new IntercompanyBalance(from.Code, "payable", Math.Round((amount - difference) / rates[to.Currency], 2)));
            }
        }

        for (int i = 0; i < books.Length; i++)
        {
            books[i] = books[i] with { Intercompany = balances[books[i].Entity.Code] };
        }
    }
}
