namespace TokenThrift.Routing;

/// <summary>Follows quantities through an answer: what of the question is calculated with, what of the results, and what comes from nowhere.</summary>
internal sealed class QuantityUse
{
    // A word such as "two" or "half" need not be meant as a number.
    private const double WordWeight = 0.5;
    private readonly IReadOnlyList<Quantity> _given;
    private readonly IReadOnlyList<Calculation> _calculations;
    private readonly double[] _results;
    private readonly double[] _operands;
    private readonly bool[] _isAccounted;

    public QuantityUse(IReadOnlyList<Quantity> given, IReadOnlyList<Calculation> calculations, double? final)
    {
        _given = given;
        _calculations = calculations;
        _operands = [.. calculations.SelectMany(c => c.Operands)];
        _isAccounted = new bool[_operands.Length];
        List<double> results = [.. calculations.Select(c => c.Stated)];
        if (final is { } number && results.FindLastIndex(r => Calculation.Same(Math.Abs(r), Math.Abs(number))) is >= 0 and int last)
        {
            results.RemoveAt(last);
        }

        _results = [.. results];
        bool[] isUsed = [.. given.Select(g => Take(o => Calculation.Same(g.Value, o)))];
        UnusedResults = _results.Count(r => !Take(o => Calculation.Same(r, o)));
        for (int g = 0; g < given.Count; g++)
        {
            isUsed[g] = isUsed[g] || Take(o => IsFormOf(given[g].Value, o)) || IsCountOfTerms(given[g]);
        }

        for (int g = 0; g < given.Count; g++)
        {
            isUsed[g] = isUsed[g] || IsTakenTogether(g);
        }

        double total = given.Sum(Weight);
        Unused = given.Where((_, g) => !isUsed[g]).Sum(Weight);
        UnusedShare = total > 0 ? Unused / total : 0;
        Strangers = _operands.Where((_, o) => !_isAccounted[o]).Count(o => !HasSource(o));
    }

    /// <summary>Gets how many quantities of the question no calculation uses; words count half.</summary>
    public double Unused { get; }

    /// <summary>Gets the share of the question's quantities that no calculation uses, in [0, 1].</summary>
    public double UnusedShare { get; }

    /// <summary>Gets how many results are neither the final number nor calculated with as often as they were found.</summary>
    public int UnusedResults { get; }

    /// <summary>Gets how many numbers are calculated with that neither the question gives nor a calculation found.</summary>
    public int Strangers { get; }

    private static double Weight(Quantity quantity) => quantity.IsWord ? WordWeight : 1;

    // Each number that is calculated with accounts for one quantity: two hours a day and two days ask for two twos.
    private bool Take(Predicate<double> fits)
    {
        for (int o = 0; o < _operands.Length; o++)
        {
            if (!_isAccounted[o] && fits(_operands[o]))
            {
                return _isAccounted[o] = true;
            }
        }

        return false;
    }

    // A share as a percentage, what is left of it or added to it, a part as a divisor; one more or less; another common unit.
    private static bool IsFormOf(double quantity, double operand) =>
        Calculation.Same(quantity * 100, operand) || Calculation.Same(quantity / 100, operand)
        || Calculation.Same(1 - quantity, operand) || Calculation.Same(1 + quantity, operand)
        || Calculation.Same((1 - quantity) * 100, operand) || Calculation.Same((1 + quantity) * 100, operand)
        || (quantity != 0 && (Calculation.Same(1 / quantity, operand) || Calculation.Same(1 - (1 / quantity), operand)))
        || Calculation.Same(quantity + 1, operand) || Calculation.Same(quantity - 1, operand)
        || Calculation.Same(quantity * 2, operand) || Calculation.Same(quantity / 2, operand)
        || Calculation.Same(quantity * 60, operand) || Calculation.Same(quantity / 60, operand)
        || Calculation.Same(quantity * 12, operand) || Calculation.Same(quantity * 7, operand);

    // "The three of them" is used where three numbers are taken together.
    private bool IsCountOfTerms(Quantity quantity) =>
        quantity.IsWord && quantity.Value is >= 2 and <= 8 && _calculations.Any(c => c.Operands.Length == (int)quantity.Value);

    // 40 of 45 hours are regular, so "5 * 1.5" uses both.
    private bool IsTakenTogether(int g)
    {
        double quantity = _given[g].Value;
        for (int h = 0; h < _given.Count; h++)
        {
            double other = _given[h].Value;
            if (h != g && Take(o => Calculation.Same(quantity + other, o) || Calculation.Same(Math.Abs(quantity - other), o) || Calculation.Same(quantity * other, o)
                || (other != 0 && Calculation.Same(quantity / other, o)) || (quantity != 0 && Calculation.Same(other / quantity, o))))
            {
                return true;
            }
        }

        return false;
    }

    // Small counts, and the numbers that units and percentages bring in, need no source.
    private bool HasSource(double operand) =>
        (operand <= 10 && operand == Math.Floor(operand))
        || operand is 100 or 1000 or 12 or 60 or 24 or 52 or 365 or 366 or 30 or 16 or 36 or 0.5 or 0.25 or 0.1 or 0.05 or 0.01 or 25 or 3600 or 180 or 360
        || _given.Any(g => Calculation.Same(g.Value, operand) || IsFormOf(g.Value, operand))
        || _calculations.Any(c => Calculation.SameOrPercent(c.Stated, operand) || Calculation.Same(c.Value, operand) || Calculation.Same(1 - c.Stated, operand) || Calculation.Same(100 - c.Stated, operand));
}
