namespace TokenThrift.Budgets;

/// <summary>What a limit counts.</summary>
public enum BudgetMeter
{
    /// <summary>Money, in nano-dollars.</summary>
    Usd,

    /// <summary>Input and output tokens together.</summary>
    Tokens,

    /// <summary>Input tokens, cached ones included.</summary>
    InputTokens,

    /// <summary>Output tokens, reasoning included.</summary>
    OutputTokens,

    /// <summary>Calls to a provider.</summary>
    Calls,

    /// <summary>Time spent in calls to a provider, in milliseconds, summed over calls.</summary>
    Time,
}
