namespace TokenThrift.Routing;

/// <summary>One calculation that a text states: what goes in, what it comes to, what the text says it comes to.</summary>
/// <param name="Operands">The numbers that go in, ascending.</param>
/// <param name="Value">What they come to.</param>
/// <param name="Stated">What the text says.</param>
/// <param name="Decimals">To how many places the text says it.</param>
internal readonly record struct Calculation(double[] Operands, double Value, double Stated, int Decimals)
{
    private static readonly double[] Units = [100, 0.01, 12, 1.0 / 12, 60, 1.0 / 60, 24, 1.0 / 24, 7, 1.0 / 7, 1000, 0.001];

    /// <summary>Gets a value indicating whether the calculation comes out: exactly, rounded to the places stated, as a percentage, or in another common unit.</summary>
    public bool Holds => ComesTo(Value) || Array.Exists(Units, ComesToIn);

    /// <summary>Gets a value indicating whether the calculation does not come out even to the hundredth.</summary>
    public bool IsUneven => Math.Abs((Value * 100) - Math.Round(Value * 100)) > 1e-6;

    /// <summary>Says whether two numbers are the same but for rounding to two places.</summary>
    public static bool Same(double left, double right) => Math.Abs(left - right) <= Math.Max(0.0051, 0.001 * Math.Abs(left));

    /// <summary>Says whether two numbers are the same, one of them perhaps as a percentage.</summary>
    public static bool SameOrPercent(double left, double right) => Same(left, right) || Same(left * 100, right) || Same(left / 100, right);

    private bool ComesToIn(double unit) => ComesTo(Value * unit);

    // What comes out even must be stated exactly. The rest may be rounded to the nearest or cut off, and up where whole things are counted.
    private bool ComesTo(double value)
    {
        double off = Math.Abs(value - Stated);
        double slack = 1e-9 * Math.Max(1, Math.Abs(value));
        if (off <= slack || Math.Abs(value - Math.Round(value)) <= slack)
        {
            return off <= slack;
        }

        double place = Math.Pow(10, -Decimals);
        bool isCutOrWhole = Decimals == 0 || Math.Abs(Stated) < Math.Abs(value);
        return off <= (place / 2) + slack || (isCutOrWhole && off < place);
    }
}
