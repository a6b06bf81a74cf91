namespace TokenThrift.Caching;

/// <summary>Tells from audits, at any time, that more answers are wrong than was said. Used under its owner's lock.</summary>
/// <remarks>
/// An e-process (G. Shafer, "Testing by Betting", 2021): the likelihood ratio of "k times as many are wrong as the bound allows" to "no
/// more than the bound allows", averaged over k. While the latter holds, the chance that it ever reaches 1 / α is at most α, however
/// often one looks (Ville's inequality), and whatever the audits' probabilities were, as each bets on its own label only.
/// </remarks>
internal sealed class ErrorMonitor
{
    // False alarms: at most one partition in fifty that keeps its bound.
    private const double Alarm = 50;

    private static readonly double[] Factors = [2, 4, 8];
    private readonly double[] _wealth = [1, 1, 1];

    /// <summary>Gets the evidence that the bound is broken, as a factor; 1 is none.</summary>
    public double Evidence => (_wealth[0] + _wealth[1] + _wealth[2]) / 3;

    /// <summary>Gets a value indicating whether the evidence is enough to stop serving.</summary>
    public bool IsAlarmed => Evidence >= Alarm;

    /// <summary>Takes in an audit.</summary>
    /// <param name="allowed">The probability of a wrong answer that the bound allows this candidate.</param>
    /// <param name="isWrong">Whether it was wrong.</param>
    public void Observe(double allowed, bool isWrong)
    {
        allowed = Math.Clamp(allowed, 1e-4, 0.5);
        for (int i = 0; i < Factors.Length; i++)
        {
            double suspected = Math.Min(0.9, Factors[i] * allowed);
            _wealth[i] *= isWrong ? suspected / allowed : (1 - suspected) / (1 - allowed);
        }
    }

    public void Reset() => Array.Fill(_wealth, 1);
}
