namespace TokenThrift.Routing;

/// <summary>A quantity that a question gives.</summary>
/// <param name="Value">How much; a percentage as a share, a fraction as its value.</param>
/// <param name="Unit">The word after it, in lower case and without the plural's s.</param>
/// <param name="At">Where it stands in the question.</param>
/// <param name="IsWord">Whether it is written as a word, such as <c>two</c> or <c>half</c>; such a word need not be meant as a number.</param>
internal readonly record struct Quantity(double Value, string Unit, int At, bool IsWord);
