using System.Text;
using System.Text.Json;

namespace TokenThrift.Routing;

/// <summary>A worked answer taken apart: its calculations, its final number, what it leaves of the question.</summary>
internal sealed class WorkedAnswer
{
    private const string Marker = "####";

    private WorkedAnswer(string question, string answer)
    {
        Text = ProseOf(answer);
        Calculations = CalculationReader.Read(Text);
        string plain = CalculationReader.WithoutAnnotations(Text);
        int marker = plain.LastIndexOf(Marker, StringComparison.Ordinal);
        Prose = marker < 0 ? plain : plain[..marker];
        double[] numbers = Quantities.InDigits(plain);
        double[] marked = marker < 0 ? numbers : Quantities.InDigits(plain[marker..]);
        Final = marked.Length == 0 ? null : marker < 0 ? marked[^1] : marked[0];
        if (Final is { } final && plain.AsSpan(Math.Max(0, marker)).Contains($"-{final}", StringComparison.Ordinal))
        {
            Final = -final;
        }

        Given = Quantities.Read(question);
        Use = new QuantityUse(Given, Calculations, Final);
        int operands = Calculations.Sum(c => c.Operands.Length);
        ShareTooFew = Given.Count == 0 ? 0 : Math.Max(0, 1 - (operands / (double)Given.Count));
        Unmentioned = Quantities.InDigits(question).Distinct().Count(g => !Mentions(numbers, g));
        List<CalculationToken> tokens = CalculationToken.Read(Prose);
        AgainstComparisons = Comparisons.CountAgainst(question, Given, tokens);
        TakesAway = tokens.Skip(1).Any(t => t.IsMark('-')) || Calculations.Any(c => c.Operands.Any(o => Given.Any(g => g.Value is > 0 and < 1 && Calculation.Same(1 - g.Value, o))));
        Strays = Quantities.InDigits(Prose).Distinct().Count(IsStray);
    }

    /// <summary>Gets the prose of the answer; of a JSON answer its texts.</summary>
    public string Text { get; }

    /// <summary>Gets what a reader sees of it, up to the mark of a final answer.</summary>
    public string Prose { get; }

    public IReadOnlyList<Calculation> Calculations { get; }

    /// <summary>Gets the final number: the one after a <c>####</c> mark, else the last one.</summary>
    public double? Final { get; }

    /// <summary>Gets the quantities of the question.</summary>
    public IReadOnlyList<Quantity> Given { get; }

    /// <summary>Gets what became of the quantities.</summary>
    public QuantityUse Use { get; }

    /// <summary>Gets how many numbers of the question the answer nowhere mentions.</summary>
    public int Unmentioned { get; }

    /// <summary>Gets how far the calculations fall short of one operand for each quantity of the question, as a share.</summary>
    public double ShareTooFew { get; }

    /// <summary>Gets how many comparisons of the question are calculated otherwise than they are put.</summary>
    public int AgainstComparisons { get; }

    /// <summary>Gets a value indicating whether anything is subtracted, or what a percentage leaves is calculated with.</summary>
    public bool TakesAway { get; }

    /// <summary>Gets how many numbers the answer mentions that the question does not give, nothing comes to and nothing is calculated with.</summary>
    public int Strays { get; }

    /// <summary>Gets a value indicating whether the last line calculates.</summary>
    public bool EndsInCalculation => Prose.AsSpan().TrimEnd() is var text && text[(text.LastIndexOf('\n') + 1)..].Contains('=');

    /// <summary>Gets how many calculations do not come out.</summary>
    public int Wrong => Calculations.Count(c => !c.Holds);

    /// <summary>Gets a value indicating whether the final number is what the last calculation came to.</summary>
    public bool EndsInFinal => Final is { } final && Calculations.Count > 0 && Calculation.SameOrPercent(Calculations[^1].Stated, final);

    /// <summary>Gets a value indicating whether the final number is what some calculation came to.</summary>
    public bool ComputesFinal => Final is { } final && Calculations.Any(c => Calculation.SameOrPercent(c.Stated, final));

    public static WorkedAnswer Of(string question, string answer) => new(question, answer);

    private static bool Mentions(double[] numbers, double quantity) =>
        Array.Exists(numbers, n => Calculation.Same(quantity, n) || Calculation.Same(quantity / 100, n) || (quantity != 0 && Calculation.Same(1 / quantity, n)));

    private bool IsStray(double number) =>
        !Given.Any(g => Calculation.SameOrPercent(g.Value, number)) && !Calculations.Any(c => Calculation.Same(c.Stated, number) || Array.Exists(c.Operands, o => Calculation.Same(o, number)));

    private static string ProseOf(string answer)
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
