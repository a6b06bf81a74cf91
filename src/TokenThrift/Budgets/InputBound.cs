namespace TokenThrift.Budgets;

/// <summary>How the input of a call is bounded before it is sent.</summary>
public enum InputBound
{
    /// <summary>By a number of tokens that its text cannot exceed under any tokenizer: never too little.</summary>
    Strict,

    /// <summary>By the calibrated count and its stated error: smaller holds, which a call may exceed; the excess is posted and reported.</summary>
    Calibrated,
}
