using System.Globalization;
using System.Text;

namespace TokenThrift.Evaluation.Compression;

/// <summary>What the input of the first so many calls of every episode cost under one policy.</summary>
/// <param name="Name">The policy.</param>
/// <param name="Costs">The sum after each call, in input tokens; episodes that have ended keep their last.</param>
/// <param name="EvidenceKept">The share of the evidence that was still in the prompt.</param>
internal sealed record CostCurve(string Name, IReadOnlyList<decimal> Costs, double EvidenceKept)
{
    /// <summary>Adds up episodes.</summary>
    public static CostCurve Of(string name, IReadOnlyList<PolicyRun> runs, double evidenceKept) => new(
        name,
        [.. Enumerable.Range(0, runs.Max(run => run.Curve.Count)).Select(call => runs.Sum(run => run.Curve[Math.Min(call, run.Curve.Count - 1)]))],
        evidenceKept);

    /// <summary>Writes a picture, and the numbers that it shows beside it: one row a call, one column a policy.</summary>
    /// <exception cref="EvaluationException">The file cannot be written.</exception>
    public static void Write(string file, IReadOnlyList<CostCurve> curves, decimal read, decimal write)
    {
        var csv = new StringBuilder("call").AppendJoin(string.Empty, curves.Select(curve => $",{curve.Name}")).Append('\n');
        for (int call = 0; call < curves[0].Costs.Count; call++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{call + 1}");
            foreach (CostCurve curve in curves)
            {
                csv.Append(CultureInfo.InvariantCulture, $",{curve.Costs[call]:0.##}");
            }

            csv.Append('\n');
        }

        try
        {
            File.WriteAllText(file, CostChart.Draw(curves, read, write));
            File.WriteAllText(Path.ChangeExtension(file, ".csv"), csv.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"--curve: {e.Message}");
        }
    }
}
