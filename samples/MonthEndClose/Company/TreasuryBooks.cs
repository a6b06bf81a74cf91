namespace TokenThrift.Samples.MonthEndClose.Company;

/// <summary>Balances in foreign currency and payments made in advance.</summary>
internal static class TreasuryBooks
{
    public static IReadOnlyList<ForeignBalance> ForeignBalances(Dice dice, Entity entity, Dictionary<string, decimal> rates)
    {
        string[] foreign = [.. rates.Keys.Where(x => x != entity.Currency)];
        (string Code, string Name)[] accounts = [("1000", "Bank"), ("1100", "Trade receivables"), ("2000", "Trade payables"), ("2500", "Bank loans")];
        return
        [
            .. dice.Draw(foreign, 4).Select(currency =>
            {
                (string code, string name) = dice.Pick(accounts);
                decimal amount = dice.Amount(2_000, 400_000) * (code[0] == '2' ? -1 : 1);
                decimal then = rates[currency] / rates[entity.Currency] * (1 + (dice.Number(-300, 300) / 10_000m));
                return new ForeignBalance(code, name, currency, amount, Math.Round(amount * then, 2));
            }),
        ];
    }

    public static IReadOnlyList<Prepaid> Prepaids(Dice dice)
    {
        string[] what = ["Property insurance", "Vehicle insurance", "Software maintenance", "Trade fair stand", "Rent in advance", "Trade association fee"];
        return
        [
            .. what.Select(description =>
            {
                int months = dice.Pick([3, 6, 12, 24]);
                int started = dice.Number(0, months + 3);
                int at = (2026 * 12) + 9 - started;
                return new Prepaid(description, dice.Number(4, 90) * 10m * months, months, $"{at / 12}-{(at % 12) + 1:00}-01");
            }),
        ];
    }
}
