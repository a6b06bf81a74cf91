namespace TokenThrift.Routing;

/// <summary>What a piece of a calculating text is.</summary>
internal enum CalculationTokenKind
{
    /// <summary>A number.</summary>
    Number,

    /// <summary>One of <c>+ - * / ( ) = %</c>.</summary>
    Operator,

    /// <summary>A word.</summary>
    Word,

    /// <summary>Any other mark.</summary>
    Other,
}
