using System.Text;
using System.Text.Json;

namespace TokenThrift.Routing;

/// <summary>A worked answer taken apart: its calculations, its final number, what it leaves of the question.</summary>
internal sealed class WorkedAnswer
{
    private const string Marker = "####";

    private WorkedAnswer(string question, string answer)
    {
        Text = Prose(answer);
        Calculations = CalculationReader.Read(Text);
        string plain = CalculationReader.WithoutAnnotations(Text);
        int marker = plain.LastIndexOf(Marker, StringComparison.Ordinal);
        double[] numbers = Quantities.InDigits(plain);
        double[] marked = marker < 0 ? numbers : Quantities.InDigits(plain[marker..]);
        Final = marked.Length == 0 ? null : marker < 0 ? marked[^1] : marked[0];
        if (Final is { } final && plain.AsSpan(Math.Max(0, marker)).Contains($"-{final}", StringComparison.Ordinal))
        {
            Final = -final;
        }

        double[] given = Quantities.InDigits(question);
        List<double> worded = Quantities.InWords(question);
        Given = [.. given, .. worded];
        double[] operands = [.. Calculations.SelectMany(c => c.Operands)];
        GivenUnused = given.Distinct().Count(g => !Uses(numbers, g) && !Uses(operands, g));
        double[] needed = Given;
        ShareUncalculated = needed.Length == 0 ? 0 : needed.Count(g => !Uses(operands, g)) / (double)needed.Length;
        ShareTooFew = needed.Length == 0 ? 0 : Math.Max(0, 1 - (operands.Length / (double)needed.Length));
    }

    /// <summary>Gets the prose of the answer; of a JSON answer its texts.</summary>
    public string Text { get; }

    public IReadOnlyList<Calculation> Calculations { get; }

    /// <summary>Gets the final number: the one after a <c>####</c> mark, else the last one.</summary>
    public double? Final { get; }

    /// <summary>Gets the quantities of the question.</summary>
    public double[] Given { get; }

    /// <summary>Gets how many numbers of the question the answer nowhere mentions.</summary>
    public int GivenUnused { get; }

    /// <summary>Gets the share of the question's quantities that no calculation uses.</summary>
    public double ShareUncalculated { get; }

    /// <summary>Gets how far the calculations fall short of one operand for each quantity of the question, as a share.</summary>
    public double ShareTooFew { get; }

    /// <summary>Gets how many calculations do not come out.</summary>
    public int Wrong => Calculations.Count(c => !c.Holds);

    /// <summary>Gets a value indicating whether the final number is what the last calculation came to.</summary>
    public bool EndsInFinal => Final is { } final && Calculations.Count > 0 && Calculation.SameOrPercent(Calculations[^1].Stated, final);

    /// <summary>Gets a value indicating whether the final number is what some calculation came to.</summary>
    public bool ComputesFinal => Final is { } final && Calculations.Any(c => Calculation.SameOrPercent(c.Stated, final));

    /// <summary>Gets how many results are neither used again nor the final number.</summary>
    public int Wasted
    {
        get
        {
            int wasted = 0;
            for (int i = 0; i + 1 < Calculations.Count; i++)
            {
                double result = Calculations[i].Stated;
                bool isUsed = Calculations.Skip(i + 1).Any(c => c.Operands.Any(o => Calculation.Same(result, o) || Calculation.Same(result / 100, o)));
                wasted += isUsed || (Final is { } final && Calculation.Same(result, final)) ? 0 : 1;
            }

            return wasted;
        }
    }

    public static WorkedAnswer Of(string question, string answer) => new(question, answer);

    private static bool Uses(double[] numbers, double quantity) =>
        Array.Exists(numbers, n => Calculation.Same(quantity, n) || Calculation.Same(quantity / 100, n) || (quantity != 0 && Calculation.Same(1 / quantity, n)));

    private static string Prose(string answer)
    {
        if (!answer.Contains('{', StringComparison.Ordinal) || !TolerantJson.TryRead(answer, out JsonElement json) || json.ValueKind != JsonValueKind.Object)
        {
            return answer;
        }

        var prose = new StringBuilder();
        foreach (JsonProperty property in json.EnumerateObject())
        {
            prose.Append(property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : property.Value.GetRawText()).Append('\n');
        }

        return prose.ToString();
    }
}
