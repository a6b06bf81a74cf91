namespace TokenThrift.Routing;

/// <summary>
/// Says whether leaving a model whose prompt cache is warm pays: the new one must first read the whole prompt at its full
/// price, and only then saves with each further step.
/// </summary>
/// <remarks>
/// Staying for H steps costs what this step costs with what is warm now, and for each further one r L + w g + out o;
/// moving costs the same sum at the other model, this step cold: prompt length L, growth per step g, output o, prices of
/// input read from the prompt cache r and of input written to it w. A pure function.
/// </remarks>
internal static class SwitchCost
{
    // The saving must be worth half as much again as the cost of moving, because the number of steps is a guess.
    private const double Margin = 1.5;

    /// <summary>Says whether moving pays.</summary>
    /// <param name="current">The model that serves the conversation.</param>
    /// <param name="other">The model that might.</param>
    /// <param name="remainingSteps">How many more steps are expected, this one included.</param>
    /// <param name="growth">How many tokens each step adds to the prompt.</param>
    public static bool Pays(SwitchSide current, SwitchSide other, int remainingSteps, double growth)
    {
        // Where nothing of the conversation is cached at the one, nothing can be assumed to be cached at the other.
        bool stayingCaches = current.CachedTokens > 0;
        bool movingCaches = stayingCaches || other.CachedTokens > 0;
        double staying = current.WarmStep(stayingCaches, growth);
        double moving = other.WarmStep(movingCaches, growth);
        double oneOff = Math.Max(0, other.FirstStep(movingCaches) - moving);
        double coldHere = Math.Max(0, current.FirstStep(stayingCaches) - staying);
        return ((staying - moving) * remainingSteps) + coldHere > oneOff * Margin;
    }
}
