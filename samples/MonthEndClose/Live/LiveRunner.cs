using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using OpenAI;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Samples.MonthEndClose.Columns;
using TokenThrift.Samples.MonthEndClose.Company;
using TokenThrift.Samples.MonthEndClose.Simulation;
using TokenThrift.Samples.MonthEndClose.Tasks;

namespace TokenThrift.Samples.MonthEndClose.Live;

/// <summary>Closes the month against a real endpoint, without TokenThrift and with it.</summary>
/// <param name="endpoint">The base address of an OpenAI-compatible endpoint.</param>
/// <param name="key">Its key.</param>
/// <param name="model">The strong model.</param>
/// <param name="small">A cheaper model to try first, or <see langword="null"/>.</param>
internal sealed class LiveRunner(Uri endpoint, string key, string model, string? small)
{
    private readonly OpenAIClient _client = new(new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = endpoint, RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });

    /// <summary>Gets how many tasks are done.</summary>
    public static int TaskRuns => CloseTasks.All.Count * 2;

    public async Task<Comparison> RunAsync(int seed, Action? taskDone = null, CancellationToken cancellationToken = default)
    {
        long started = TimeProvider.System.GetTimestamp();
        Group group = GroupGenerator.Generate(seed);
        var plainBill = new ProviderBill();
        ColumnResult plain = await new CloseRunner(group, Plain(plainBill).Build(), plainBill, HasPrices).RunAsync(model, taskDone, cancellationToken);
        var bill = new ProviderBill();
        Kernel kernel = Thrifty(bill);
        ColumnResult thrifty = await new CloseRunner(group, kernel, bill, HasPrices).RunAsync("tokenthrift", taskDone, cancellationToken);
        return new Comparison(seed)
        {
            StrongOnly = plain,
            Thrifty = thrifty,
            Report = CloseSavings.Of(kernel.Services.GetRequiredService<ReceiptBook>(), group),
            Seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds,
        };
    }

    // A cap in dollars refuses a model whose price nobody knows.
    private bool HasPrices => Prices(model) is not null && (small is null || Prices(small) is not null);

    private static ModelPrices? Prices(string id) => ModelCatalog.Default.Find(id)?.Prices is { IsKnown: true } prices ? prices : null;

    private IKernelBuilder Plain(ProviderBill bill)
    {
        IKernelBuilder builder = Kernel.CreateBuilder();
        builder.Services.AddChatClient(Client(model, bill)).UseKernelFunctionInvocation();
        return builder;
    }

    private Kernel Thrifty(ProviderBill bill)
    {
        IKernelBuilder builder = Plain(bill);
        builder.AddTokenThrift(thrift =>
        {
            // The client's own retries are off, so a call is one request, and a hold is for one.
            thrift.Budgets.RequestsPerCall = 1;
            thrift.BudgetLadder.Stop = BudgetStop.FinalMessage;
            if (small is not null)
            {
                thrift.AddModel(small, _ => Client(small, bill));
                thrift.Routing.Checks.Add(new WellFormedAnswers());
            }
        });
        return builder.Build();
    }

    private BilledChatClient Client(string id, ProviderBill bill) => new(_client.GetChatClient(id).AsIChatClient(), bill, Prices(id));
}
