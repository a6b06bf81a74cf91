namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

internal static class ExchangeRates
{
    public static Dictionary<string, string> Read(Desk desk, string kind) =>
        desk.Table(Desk.Ask("get_exchange_rates")).Rows.ToDictionary(x => x["currency"], x => x[kind]);
}
