using TokenThrift.Models;

namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>What the provider charges for all calls, whoever made them. Kept apart from every receipt of TokenThrift.</summary>
internal sealed class ProviderBill
{
    private const decimal PicoPerDollar = 1_000_000_000_000m;
    private readonly Lock _lock = new();

    public BillTotals Totals { get; private set; }

    public void Add(ModelPrices prices, long input, long cached, long output)
    {
        decimal price = ((input - cached) * (decimal)prices.Input!.Value) + (cached * (decimal)(prices.CachedInput ?? prices.Input.Value)) + (output * (decimal)prices.Output!.Value);
        lock (_lock)
        {
            BillTotals sum = Totals;
            Totals = new BillTotals(sum.Calls + 1, sum.InputTokens + input, sum.CachedTokens + cached, sum.OutputTokens + output, sum.Usd + (price / PicoPerDollar));
        }
    }
}

/// <summary>Sums of a bill. Cached tokens are a part of the input.</summary>
internal readonly record struct BillTotals(int Calls, long InputTokens, long CachedTokens, long OutputTokens, decimal Usd)
{
    public static BillTotals operator -(BillTotals left, BillTotals right) =>
        new(left.Calls - right.Calls, left.InputTokens - right.InputTokens, left.CachedTokens - right.CachedTokens, left.OutputTokens - right.OutputTokens, left.Usd - right.Usd);

    public static BillTotals operator +(BillTotals left, BillTotals right) =>
        new(left.Calls + right.Calls, left.InputTokens + right.InputTokens, left.CachedTokens + right.CachedTokens, left.OutputTokens + right.OutputTokens, left.Usd + right.Usd);
}
