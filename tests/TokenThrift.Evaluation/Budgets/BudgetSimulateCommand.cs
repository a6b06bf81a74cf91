namespace TokenThrift.Evaluation.Budgets;

/// <summary>Simulates failing clients, providers and stores, and checks the invariants of the ledger after every step.</summary>
internal sealed class BudgetSimulateCommand : EvaluationCommand
{
    private const int GateShare = 20;
    private const int OutageShare = 5;

    public override string Name => "budget-simulate";

    public override string Help => "invariants I1 to I12 under failing clients, providers and stores: --seed 1 --seeds 1 --steps 20000 [--mutants]";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        int seed = arguments.Seed;
        int seeds = arguments.Int("seeds", 1);
        int steps = arguments.Int("steps", 20_000);
        bool withMutants = arguments.Flag("mutants");
        arguments.RefuseUnknown();
        if (seeds < 1 || steps < seeds)
        {
            throw new EvaluationException("--seeds must be at least 1 and --steps at least --seeds.");
        }

        long done = 0;
        long checks = 0;
        long violations = 0;
        for (int i = 0; i < seeds; i++)
        {
            SimulationReport report = await RunAsync(new LedgerMutants.Mutant("none", "none"), seed + i, steps / seeds, stopAtFirst: false);
            done += report.Steps;
            checks += report.Checks;
            violations += report.Violations;
            if (report.First is not null)
            {
                output.Line($"seed {seed + i}: {report.FirstInvariant}: {report.First}");
                foreach (string line in report.Trace)
                {
                    output.Line("  " + line);
                }
            }

            output.Progress("simulate", i + 1, seeds);
        }

        output.Line($"seeds {seed} to {seed + seeds - 1}: {done} steps, {checks} checks, {violations} violations");
        int mutants = 0;
        int caught = 0;
        if (withMutants)
        {
            var rows = new List<IReadOnlyList<string>>();
            foreach (LedgerMutants.Mutant mutant in LedgerMutants.All)
            {
                SimulationReport report = await RunAsync(mutant, seed, Math.Min(steps, 20_000), stopAtFirst: true);
                mutants++;
                caught += report.First is null ? 0 : 1;
                rows.Add([mutant.Invariant, mutant.Fault, report.First is null ? "MISSED" : $"step {report.Steps}", report.FirstInvariant ?? string.Empty]);
                output.Progress("mutants", mutants, LedgerMutants.All.Count);
            }

            output.Table(["breaks", "the ledger …", "caught", "by"], rows);
        }

        return new Dictionary<string, object?>
        {
            ["steps"] = done,
            ["invariantsChecked"] = checks,
            ["violations"] = violations,
            ["mutants"] = mutants,
            ["mutantsCaught"] = caught,
        };
    }

    private static async Task<SimulationReport> RunAsync(LedgerMutants.Mutant mutant, int seed, int steps, bool stopAtFirst)
    {
        var report = new SimulationReport();
        var ledger = new LedgerSimulation(seed, report, mutant.Store(), mutant.Ledger);
        var outages = new OutageSimulation(seed, report, mutant.Ledger);
        using var gate = new GateSimulation(seed, report, mutant.Gate, mutant.Ledger);
        try
        {
            for (int i = 0; i < steps && !(stopAtFirst && report.First is not null); i++)
            {
                if (i % GateShare == 0)
                {
                    await gate.StepAsync();
                }
                else if (i % OutageShare == 0)
                {
                    await outages.StepAsync();
                }
                else
                {
                    ledger.Step();
                }
            }
        }
        catch (InvalidOperationException e)
        {
            // The ledger's own assertions noticed it; what follows has no meaning.
            report.Check(false, "I4", e.Message);
        }

        return report;
    }
}
