using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Sqlite.Tests;

/// <summary>Where the child process dies.</summary>
public enum CrashPoint
{
    BeforeReserve,
    AfterReserve,
    AfterMarkSent,
    MidStream,
    AfterResponse,
    AfterSettleBeforeAck,
}

/// <summary>A process that makes one streamed call through the real gate over the real file and is killed at a point.</summary>
internal static class CrashingChild
{
    public static BudgetScope Scope { get; } = new(BudgetScopeKind.Tenant, "crash");

    public static ModelInfo Model { get; } = new("test-model") { Prices = new ModelPrices(1_000_000, 2_000_000), ContextTokens = 100_000, MaxOutputTokens = 1_000 };

    public static async Task<int> RunAsync(CrashPoint point, string path)
    {
        using var store = new SqliteBudgetStore(new SqliteBudgetStoreOptions { Path = path });
        var options = new BudgetOptions();
        options.Limits.Add(new ScopeLimit { Scope = Scope.Kind, Id = Scope.Id, Usd = 1m });
        var budgets = new BudgetService(options, new DyingLedger(new BudgetLedger(store), point));
        using var provider = new Provider(point);
        using var gate = new BudgetingChatClient(new MeteringChatClient(provider, new ModelCatalog([Model]), TokenCounters.Shared, TimeProvider.System, Model.Id), budgets);
        var request = new ChatOptions();
        RequestSettings.Tenant.Set(request, Scope.Id);
        await foreach (ChatResponseUpdate _ in gate.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "hello")], request))
        {
        }

        // Only a child that was not killed comes here.
        return 3;
    }

    private static void DieIf(bool now)
    {
        if (now)
        {
            using Process self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    private sealed class Provider(CrashPoint point) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield return new ChatResponseUpdate(ChatRole.Assistant, "some ");
            DieIf(point == CrashPoint.MidStream);
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new TextContent("words"), new UsageContent(new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5 })]);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class DyingLedger(IBudgetLedger inner, CrashPoint point) : IBudgetLedger
    {
        public bool IsShared => inner.IsShared;

        public async ValueTask<BudgetDecision> ReserveAsync(BudgetReservation reservation, CancellationToken cancellationToken = default)
        {
            DieIf(point == CrashPoint.BeforeReserve);
            BudgetDecision decision = await inner.ReserveAsync(reservation, cancellationToken);
            DieIf(point == CrashPoint.AfterReserve);
            return decision;
        }

        public async ValueTask<BudgetOutcome> MarkSentAsync(string holdId, CancellationToken cancellationToken = default)
        {
            BudgetOutcome outcome = await inner.MarkSentAsync(holdId, cancellationToken);
            DieIf(point == CrashPoint.AfterMarkSent);
            return outcome;
        }

        public async ValueTask<BudgetOutcome> SettleAsync(string holdId, BudgetAmounts actual, BudgetEvidence evidence, CancellationToken cancellationToken = default)
        {
            DieIf(point == CrashPoint.AfterResponse);
            BudgetOutcome outcome = await inner.SettleAsync(holdId, actual, evidence, cancellationToken);
            DieIf(point == CrashPoint.AfterSettleBeforeAck);
            return outcome;
        }

        public ValueTask<BudgetOutcome> ExtendAsync(string holdId, TimeSpan timeToLive, CancellationToken cancellationToken = default) => inner.ExtendAsync(holdId, timeToLive, cancellationToken);

        public ValueTask<BudgetOutcome> VoidAsync(string holdId, bool knownUnbilled = false, CancellationToken cancellationToken = default) => inner.VoidAsync(holdId, knownUnbilled, cancellationToken);

        public ValueTask<IReadOnlyList<BudgetHold>> ExpireAsync(CancellationToken cancellationToken = default) => inner.ExpireAsync(cancellationToken);

        public ValueTask<BudgetOutcome> CorrectAsync(string correctionId, string holdId, BudgetAmounts actual, CancellationToken cancellationToken = default) =>
            inner.CorrectAsync(correctionId, holdId, actual, cancellationToken);

        public ValueTask<BudgetDecision> AllocateAsync(BudgetReservation reservation, CancellationToken cancellationToken = default) => inner.AllocateAsync(reservation, cancellationToken);

        public ValueTask<BudgetOutcome> ReturnAsync(string allocationId, CancellationToken cancellationToken = default) => inner.ReturnAsync(allocationId, cancellationToken);

        public ValueTask<IReadOnlyList<BudgetBalance>> ReadAsync(IReadOnlyList<BudgetDemand> demands, CancellationToken cancellationToken = default) => inner.ReadAsync(demands, cancellationToken);

        public ValueTask<BudgetHold?> FindAsync(string holdId, CancellationToken cancellationToken = default) => inner.FindAsync(holdId, cancellationToken);

        public ValueTask ForgetAsync(string account, CancellationToken cancellationToken = default) => inner.ForgetAsync(account, cancellationToken);
    }
}
