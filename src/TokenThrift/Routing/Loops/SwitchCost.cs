using TokenThrift.Models;

namespace TokenThrift.Routing;

/// <summary>
/// Says whether leaving a model whose prompt cache is warm pays: the new one must first read the whole prompt at its full
/// price, and only then saves with each further step.
/// </summary>
internal static class SwitchCost
{
    // The saving must be worth half as much again as the cost, because the number of steps is a guess.
    private const double Margin = 1.5;
    private const double WarmShare = 0.9;

    public static bool Pays(PlannedLeg current, PlannedLeg other, int remainingSteps)
    {
        if (current.Candidate.Quote is not { } stays || other.Candidate.Quote is not { } moves)
        {
            return false;
        }

        ModelPrices from = current.Leg.Model.Prices.ForInput(stays.InputTokens);
        ModelPrices to = other.Leg.Model.Prices.ForInput(moves.InputTokens);
        if (from is not { Input: { } inputFrom, Output: { } outputFrom } || to is not { Input: { } inputTo, Output: { } outputTo })
        {
            return false;
        }

        double readFrom = from.CachedInput ?? inputFrom;
        double readTo = to.CachedInput ?? inputTo;
        double warm = stays.InputTokens * WarmShare;
        double oneOff = ((to.CacheWrite ?? inputTo) - readTo) * moves.InputTokens;
        double perStep = (readFrom * warm) - (readTo * moves.InputTokens * WarmShare)
            + ((inputFrom * stays.InputTokens) - (inputTo * (double)moves.InputTokens)) * (1 - WarmShare)
            + ((double)outputFrom * stays.OutputTokens) - ((double)outputTo * moves.OutputTokens);
        return perStep * remainingSteps > oneOff * Margin;
    }
}
