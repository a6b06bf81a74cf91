namespace TokenThrift.Routing;

/// <summary>One calculation that a text states: what goes in, what it comes to, what the text says it comes to.</summary>
/// <param name="Operands">The numbers that go in.</param>
/// <param name="Value">What they come to.</param>
/// <param name="Stated">What the text says.</param>
internal readonly record struct Calculation(IReadOnlyList<double> Operands, double Value, double Stated)
{
    private static readonly double[] Units = [100, 0.01, 12, 1.0 / 12, 60, 1.0 / 60, 24, 1.0 / 24, 7, 1.0 / 7, 1000, 0.001];

    /// <summary>Gets a value indicating whether the calculation comes out: exactly, rounded, as a percentage, or in another common unit.</summary>
    public bool Holds
    {
        get
        {
            double value = Value, stated = Stated;
            return Same(value, stated) || stated == Math.Floor(value) || stated == Math.Ceiling(value)
                || Array.Exists(Units, unit => Same(value * unit, stated));
        }
    }

    /// <summary>Says whether two numbers are the same but for rounding to two places.</summary>
    public static bool Same(double left, double right) => Math.Abs(left - right) <= Math.Max(0.0051, 0.006 * Math.Abs(left));

    /// <summary>Says whether two numbers are the same, one of them perhaps as a percentage.</summary>
    public static bool SameOrPercent(double left, double right) => Same(left, right) || Same(left * 100, right) || Same(left / 100, right);
}
