using System.Diagnostics;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>Many settlements at prices below a nano-dollar: the books must equal the sum, to the last unit.</summary>
internal sealed class BudgetExactCommand : EvaluationCommand
{
    public override string Name => "budget-exact";

    public override string Help => "settlements at a price that is no whole nano-dollar: --settlements 1000000 --price 3625 (pico-dollars a token)";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        int settlements = arguments.Int("settlements", 1_000_000);
        int price = arguments.Int("price", 3_625);
        var random = new Random(arguments.Seed);
        arguments.RefuseUnknown();
        var ledger = new BudgetLedger(new MemoryBudgetStore());
        BudgetDemand[] demand = [BudgetDemand.On(new BudgetScope(BudgetScopeKind.Tenant, "exact"), BudgetWindow.Lifetime, [Limit.Usd(1_000_000m)], default)];
        var prices = new ModelPrices(price, price);
        Int128 expected = 0;
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < settlements; i++)
        {
            var usage = new TokenUsage(random.Next(5_000), random.Next(500));
            expected += (((Int128)(usage.Input + usage.Output) * price) + 999) / 1000;
            var reservation = new BudgetReservation { Id = $"h{i}", Demands = demand, Amounts = new BudgetAmounts { Usd = new NanoUsd(1_000_000), Calls = 1 } };
            await ledger.ReserveAsync(reservation);
            await ledger.MarkSentAsync(reservation.Id);
            await ledger.SettleAsync(reservation.Id, new BudgetAmounts { Usd = UsageCost.Of(usage, prices)!.Value, Calls = 1 }, BudgetEvidence.Reported);
        }

        TimeSpan took = Stopwatch.GetElapsedTime(began);
        BudgetBalance books = (await ledger.ReadAsync(demand))[0];
        var difference = (long)(books.Posted.Usd.Value - expected);
        output.Line($"{settlements} settlements at {price} pUSD a token: posted {books.Posted.Usd}, off by {difference} nUSD, {took.TotalMicroseconds / settlements:0.0} µs each");
        return new Dictionary<string, object?>
        {
            ["settlements"] = books.Posted.Calls,
            ["postedNanoUsd"] = books.Posted.Usd.Value,
            ["differenceNanoUsd"] = difference,
            ["heldNanoUsd"] = books.Held.Usd.Value,
            ["microsecondsPerSettlement"] = Math.Round(took.TotalMicroseconds / settlements, 2),
        };
    }
}
