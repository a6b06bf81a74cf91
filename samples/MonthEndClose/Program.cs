using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using TokenThrift.Models;
using TokenThrift.Samples.MonthEndClose.Columns;
using TokenThrift.Samples.MonthEndClose.Company;
using TokenThrift.Samples.MonthEndClose.Simulation;

int seed = args.Length > 0 ? int.Parse(args[0]) : 1;
var catalog = ModelCatalog.Default.With([
  new ModelInfo("gpt-5.5") { Prices = new ModelPrices(5_000_000, 30_000_000) { CachedInput = 500_000 } },
  new ModelInfo("gpt-5.4-mini") { Prices = new ModelPrices(750_000, 4_500_000) { CachedInput = 75_000 } },
  new ModelInfo("gpt-5.4-nano") { Prices = new ModelPrices(200_000, 1_250_000) { CachedInput = 20_000 } }]);
Group group = GroupGenerator.Generate(seed);
foreach (ModelGrade grade in ModelGrade.All)
{
    var sw = System.Diagnostics.Stopwatch.StartNew();
    var provider = new SimulatedProvider(catalog);
    IKernelBuilder builder = Kernel.CreateBuilder();
    builder.Services.AddChatClient(provider.Client(grade)).UseKernelFunctionInvocation();
    ColumnResult result = await new CloseRunner(group).RunAsync(grade.ModelId, builder.Build(), provider.Bill);
    Console.WriteLine($"{grade.ModelId}: {result.Totals} {result.TasksPassed}/{result.Tasks.Count} {sw.ElapsedMilliseconds} ms");
    foreach (TaskResult t in result.Tasks)
    {
        Console.WriteLine($"  {t.Name,-20} {(t.Passed ? "ok" : "FAIL")} {t.Bill.Calls,3} calls in {t.Bill.InputTokens} cached {t.Bill.CachedTokens} out {t.Bill.OutputTokens} ${t.Bill.Usd:0.0000}  {(t.Passed ? "" : t.Reason)}");
    }
}

return 0;
