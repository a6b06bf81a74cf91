using TokenThrift.Models;

namespace TokenThrift.Routing;

/// <summary>Chooses whom to ask next. A pure function of what is known and what has happened.</summary>
internal static class NextLeg
{
    /// <summary>Chooses the next model.</summary>
    /// <param name="byCost">The models that may be asked, cheapest first.</param>
    /// <param name="tried">The indices into <paramref name="byCost"/> that have been asked, or may no longer be.</param>
    /// <param name="rejectedStrength">The strength of the strongest model whose answer was refused; negative infinity when none was.</param>
    /// <param name="attemptsLeft">How many more models may be asked.</param>
    /// <param name="budgetLeft">What they may cost, or <see langword="null"/> for no cap.</param>
    /// <returns>The index, or -1 for nobody.</returns>
    public static int Choose(IReadOnlyList<NextLegCandidate> byCost, IReadOnlySet<int> tried, double rejectedStrength, int attemptsLeft, NanoUsd? budgetLeft)
    {
        if (attemptsLeft <= 0)
        {
            return -1;
        }

        int best = Among(byCost, tried, rejectedStrength, attemptsLeft, budgetLeft, reserves: false);
        return best >= 0 ? best : Among(byCost, tried, rejectedStrength, attemptsLeft, budgetLeft, reserves: true);
    }

    private static int Among(
        IReadOnlyList<NextLegCandidate> byCost, IReadOnlySet<int> tried, double rejectedStrength, int attemptsLeft, NanoUsd? budgetLeft, bool reserves)
    {
        bool escalating = rejectedStrength > double.NegativeInfinity;
        int best = -1;
        for (int i = 0; i < byCost.Count; i++)
        {
            NextLegCandidate candidate = byCost[i];
            if (candidate.IsReserve != reserves
                || tried.Contains(i)
                || (escalating && candidate.Strength <= rejectedStrength)
                || (budgetLeft is { } left && (candidate.Cost is not { } cost || cost > left)))
            {
                continue;
            }

            // The last attempt after a refused answer goes to the strongest; all others to the cheapest.
            if (best < 0 || (escalating && attemptsLeft == 1 && candidate.Strength > byCost[best].Strength))
            {
                best = i;
            }
        }

        return best;
    }
}

/// <summary>One model as the choice sees it.</summary>
/// <param name="Strength">Its expected quality, which orders the models.</param>
/// <param name="Cost">What it is expected to cost, or <see langword="null"/> when unknown.</param>
/// <param name="IsReserve">Whether it is asked only where all others fail.</param>
internal readonly record struct NextLegCandidate(double Strength, NanoUsd? Cost, bool IsReserve = false);
