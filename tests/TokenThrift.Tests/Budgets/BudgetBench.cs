using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Budgets;

/// <summary>A gate over a scripted provider: 1 USD per million input tokens, 2 USD per million output tokens.</summary>
internal sealed class BudgetBench
{
    public BudgetBench(Func<ScriptedChatClient.ScriptedCall, CancellationToken, Task<ChatResponse>> answer, BudgetOptions? options = null, ModelInfo? model = null, IBudgetLedger? ledger = null, int? requestsPerCall = null)
    {
        Provider = new ScriptedChatClient(answer);
        Ledger = ledger ?? new BudgetLedger(new MemoryBudgetStore(), Time);
        Budgets = new BudgetService(options, Ledger, Time);
        var catalog = new ModelCatalog([model ?? Model]);
        Gate = new BudgetingChatClient(new MeteringChatClient(Provider, catalog, TokenCounters.Shared, Time), Budgets, TokenCounters.Shared, Time, requestsPerCall);
    }

    public BudgetBench(string text = "an answer", BudgetOptions? options = null, ModelInfo? model = null, IBudgetLedger? ledger = null)
        : this((_, _) => Task.FromResult(ScriptedChatClient.Answer(text)), options, model, ledger)
    {
    }

    public static ModelInfo Model { get; } = new("test-model")
    {
        Vendor = "acme",
        Prices = new ModelPrices(1_000_000, 2_000_000),
        ContextTokens = 100_000,
        MaxOutputTokens = 10_000,
    };

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));

    public ScriptedChatClient Provider { get; }

    public IBudgetLedger Ledger { get; }

    public BudgetService Budgets { get; }

    public BudgetingChatClient Gate { get; }

    /// <summary>Gets what 10 input and 5 output tokens cost: the usage of a scripted answer.</summary>
    public static NanoUsd AnswerCost { get; } = new(20_000);
}
