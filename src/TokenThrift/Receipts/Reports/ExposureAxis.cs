namespace TokenThrift.Receipts;

/// <summary>Traffic split along one axis.</summary>
/// <remarks>
/// Concentration is the Herfindahl-Hirschman index: the sum of the squared shares in percent, from near 0 (many small
/// ones) to 10,000 (one alone). What is unknown counts as one party, so not knowing never looks like spreading.
/// </remarks>
/// <param name="Name">The axis: <c>vendor</c>, <c>jurisdiction</c>, <c>origin</c>, <c>region</c> or <c>model</c>.</param>
/// <param name="Shares">The parts, largest by spend first.</param>
/// <param name="SpendConcentration">The index of what was spent, 0 to 10,000.</param>
/// <param name="TokenConcentration">The index of the tokens, 0 to 10,000.</param>
/// <param name="UnknownTokenShare">The share of the tokens of which the axis is not known, 0 to 1.</param>
public sealed record ExposureAxis(string Name, IReadOnlyList<ExposureShare> Shares, double SpendConcentration, double TokenConcentration, double UnknownTokenShare);
