namespace TokenThrift.Receipts;

/// <summary>What the work would cost elsewhere and at other prices.</summary>
/// <param name="Comparisons">The same work at list price, for every allowed model of the catalogue, cheapest first among those that can take most.</param>
/// <param name="Changes">The models in use at the catalogue's prices.</param>
/// <param name="Warnings">Prices that are old, of unknown age, or missing; one line each.</param>
public sealed record PriceWatch(IReadOnlyList<PriceComparison> Comparisons, IReadOnlyList<PriceChange> Changes, IReadOnlyList<string> Warnings);
