namespace TokenThrift.Budgets;

/// <summary>What is charged when a call was sent and nothing tells what it used.</summary>
public enum UnknownCharge
{
    /// <summary>All that was held: never too little.</summary>
    Held,

    /// <summary>What was counted: the whole input and the output that was seen. May be too little.</summary>
    Counted,
}
