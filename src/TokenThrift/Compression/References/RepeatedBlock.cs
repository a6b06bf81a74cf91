namespace TokenThrift.Compression.References;

/// <summary>Lines of a new result that stand in an earlier one.</summary>
/// <param name="First">The first line in the new result.</param>
/// <param name="Count">How many lines.</param>
/// <param name="Item">The number of the earlier result.</param>
/// <param name="ItemLine">The first line in the earlier result.</param>
/// <param name="Form">How the lines differ from the earlier ones, if at all.</param>
/// <param name="Shift">By how much the line numbers are higher than those of the earlier result.</param>
internal readonly record struct RepeatedBlock(int First, int Count, int Item, int ItemLine, RepeatedForm Form, int Shift);
