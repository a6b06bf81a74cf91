namespace TokenThrift.Routing;

/// <summary>
/// Tests whether the mean of numbers in [0, 1] is above a bound, by betting against it: Waudby-Smith and Ramdas,
/// "Estimating means of bounded random variables by betting", JRSS B 2024, section 4.
/// </summary>
/// <remarks>
/// Each bet is chosen before the number is seen, so if the mean is at least the bound the capital is a supermartingale;
/// by Ville's inequality the chance that it ever reaches 1/alpha is at most alpha, for any distribution and any number of
/// observations. The bets are those that should reach 1/alpha by the planned end, given the variance seen so far: a
/// capital that has fallen behind is bet more boldly. That choice decides how soon a promise is certified, never whether
/// it holds.
/// </remarks>
internal sealed class BettingTest(double bound, double alpha, int planned)
{
    // How sure the first guess of the variance is, in observations; and the largest part of the capital that is risked.
    private const double FirstVariance = 0.0125;
    private const double Boldest = 0.9;
    private readonly double _bound = Math.Clamp(bound, 1e-6, 1 - 1e-6);
    private readonly double _target = -Math.Log(alpha);
    private double _logCapital;
    private double _mean = bound;
    private double _squares = FirstVariance;
    private double _weight = 1;

    /// <summary>Gets a value indicating whether the claim that the mean is at least the bound is refuted.</summary>
    public bool Refutes { get; private set; }

    /// <summary>Takes in a number.</summary>
    /// <param name="value">The number, in [0, 1].</param>
    public void Observe(double value)
    {
        if (Refutes)
        {
            return;
        }

        double x = Math.Clamp(value, 0, 1);
        double need = Math.Max(0.05, _target - _logCapital);
        double left = Math.Max(1, planned - (_weight - 1));
        double bet = Math.Sqrt(2 * need / (left * Math.Max(_squares / _weight, 1e-6)));
        _logCapital += Math.Log(1 + (Math.Min(bet, Boldest / (1 - _bound)) * (_bound - x)));
        Refutes = _logCapital >= _target;

        double before = _mean;
        _weight++;
        _mean += (x - before) / _weight;
        _squares += (x - before) * (x - _mean);
    }
}
