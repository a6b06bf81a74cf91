using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Garnet;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>Many calls at once against one cap, in one or several processes: what is posted may never exceed the cap.</summary>
internal sealed class BudgetStampedeCommand : EvaluationCommand
{
    private const string Tenant = "stampede";

    public override string Name => "budget-stampede";

    public override string Help => "calls at one barrier against one cap: --calls 1000 --cost 0.10 --actual 0.04 --limit 5.00 --store memory|sqlite|redis --processes 1 [--redis HOST:PORT] (a server; else Garnet in this process)";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        int calls = arguments.Int("calls", 1000);
        decimal cost = arguments.Money("cost", 0.10m);
        decimal actual = arguments.Money("actual", 0.4m * cost);
        decimal limit = arguments.Money("limit", 5.00m);
        string kind = arguments.Text("store", "memory");
        int processes = arguments.Int("processes", 1);
        string? server = arguments.TextOrNull("redis");
        string? childOf = arguments.TextOrNull("child-of");
        arguments.RefuseUnknown();
        if (calls < 1 || processes < 1 || cost <= 0 || actual < 0 || limit < 0)
        {
            throw new EvaluationException("--calls and --processes must be at least 1, --cost above 0, --actual and --limit at least 0.");
        }

        if (kind is not ("memory" or "sqlite" or "redis"))
        {
            throw new EvaluationException($"--store: '{kind}' is not memory, sqlite or redis.");
        }

        if (kind == "memory" && processes > 1)
        {
            throw new EvaluationException("--store memory lives in one process; use --store sqlite or redis with --processes.");
        }

        var stampede = new Stampede(calls, cost, actual, limit);
        if (childOf is not null)
        {
            await using StampedeStore own = StampedeStore.Open(kind, childOf, server);
            return await RunChildAsync(stampede, own.Store, childOf);
        }

        string directory = Directory.CreateTempSubdirectory("stampede").FullName;
        using GarnetServer? garnet = kind == "redis" && server is null ? StampedeStore.StartGarnet(out server) : null;
        try
        {
            await using StampedeStore store = StampedeStore.Open(kind, directory, server);
            long began = Stopwatch.GetTimestamp();
            (int admitted, int refused) = processes > 1 ? await RunChildrenAsync(processes, calls, kind, directory, server, stampede) : (0, 0);
            var ledger = new BudgetLedger(store.Store);
            if (processes == 1)
            {
                (admitted, refused) = await stampede.RunAsync(ledger, Task.CompletedTask);
            }

            TimeSpan took = Stopwatch.GetElapsedTime(began);
            BudgetDemand account = BudgetDemand.On(new BudgetScope(BudgetScopeKind.Tenant, Tenant), BudgetWindow.Lifetime, [], DateTimeOffset.UnixEpoch);
            BudgetBalance balance = (await ledger.ReadAsync([account]))[0];
            decimal posted = balance.Posted.Usd.Usd;
            var fields = new Dictionary<string, object?>
            {
                ["admitted"] = admitted,
                ["posted"] = posted,
                ["held"] = balance.Held.Usd.Usd,
                ["overspend"] = Math.Max(0, posted - limit),
                ["refusedWhileAffordable"] = posted + cost <= limit ? refused : 0,
                ["refused"] = refused,
                ["seconds"] = Math.Round(took.TotalSeconds, 3),
            };
            output.Line($"{calls} calls of at most ${cost}, really ${actual}, against ${limit}; {kind}, {processes} process(es)");
            output.Table([.. fields.Keys], [[.. fields.Values.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)!)]]);
            return fields;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<IReadOnlyDictionary<string, object?>> RunChildAsync(Stampede stampede, IBudgetStore store, string directory)
    {
        await File.WriteAllTextAsync(Path.Combine(directory, $"ready-{Environment.ProcessId}"), string.Empty);
        (int admitted, int refused) = await stampede.RunAsync(new BudgetLedger(store), WaitForAsync(() => File.Exists(Path.Combine(directory, "go"))));
        return new Dictionary<string, object?> { ["admitted"] = admitted, ["refused"] = refused };
    }

    private static async Task<(int Admitted, int Refused)> RunChildrenAsync(int processes, int calls, string kind, string directory, string? server, Stampede stampede)
    {
        var children = new List<Process>();
        try
        {
            for (int i = 0; i < processes; i++)
            {
                int share = (calls / processes) + (i < calls % processes ? 1 : 0);
                children.Add(ChildProcess.Start(
                    "budget-stampede", "--calls", Text(share), "--cost", Text(stampede.Cost), "--actual", Text(stampede.Actual), "--limit", Text(stampede.Limit),
                    "--store", kind, "--child-of", directory, "--redis", server ?? string.Empty, "--json"));
            }

            await WaitForAsync(() => Directory.GetFiles(directory, "ready-*").Length == processes || children.Any(c => c.HasExited));
            await File.WriteAllTextAsync(Path.Combine(directory, "go"), string.Empty);
            int admitted = 0;
            int refused = 0;
            foreach (Process child in children)
            {
                using JsonDocument result = await ChildProcess.ResultAsync(child);
                admitted += result.RootElement.GetProperty("admitted").GetInt32();
                refused += result.RootElement.GetProperty("refused").GetInt32();
            }

            return (admitted, refused);
        }
        finally
        {
            foreach (Process child in children)
            {
                child.Dispose();
            }
        }

        static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
    }

    private static async Task WaitForAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(5);
        }
    }

    private sealed record Stampede(int Calls, decimal Cost, decimal Actual, decimal Limit)
    {
        public async Task<(int Admitted, int Refused)> RunAsync(IBudgetLedger ledger, Task go)
        {
            var options = new BudgetOptions { HoldWait = TimeSpan.FromMinutes(10) };
            options.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.Tenant, Id = Tenant, Usd = Limit });
            var budgets = new BudgetService(options, ledger);
            var request = new BudgetRequest
            {
                Identity = new RequestIdentity { Tenant = Tenant },
                WorstCase = new BudgetAmounts { Usd = NanoUsd.FromUsd(Cost), Calls = 1 },
            };
            var actual = new BudgetAmounts { Usd = NanoUsd.FromUsd(Actual), Calls = 1 };
            using var barrier = new SemaphoreSlim(0);
            Task<bool>[] all = [.. Enumerable.Range(0, Calls).Select(_ => Task.Run(() => CallAsync(budgets, request, actual, barrier)))];
            await go;
            barrier.Release(Calls);
            bool[] admitted = await Task.WhenAll(all);
            return (admitted.Count(a => a), admitted.Count(a => !a));
        }

        private static async Task<bool> CallAsync(BudgetService budgets, BudgetRequest request, BudgetAmounts actual, SemaphoreSlim barrier)
        {
            await barrier.WaitAsync();
            try
            {
                // Waits its turn while other holds are in the way, so a refusal means that no hold stands between it and the cap.
                BudgetLease lease = await budgets.HoldAsync(request);
                await lease.MarkSentAsync();
                await Task.Delay(2);
                await lease.SettleAsync(actual, BudgetEvidence.Reported);
                return true;
            }
            catch (BudgetExceededException)
            {
                return false;
            }
        }
    }
}
