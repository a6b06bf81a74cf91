namespace TokenThrift.Receipts;

/// <summary>What the work would cost elsewhere and at other prices.</summary>
/// <param name="Comparisons">The same work at list price, for every allowed model of the catalogue that could have taken some of it; those that can take most first, the cheapest of them first.</param>
/// <param name="Tasks">The same work at list price task by task, for the models that alternatives are looked for among; dearest task first.</param>
/// <param name="Changes">The models in use at the catalogue's prices.</param>
/// <param name="Warnings">Prices that are old, of unknown age, or missing; one line each.</param>
public sealed record PriceWatch(IReadOnlyList<PriceComparison> Comparisons, IReadOnlyList<TaskPrice> Tasks, IReadOnlyList<PriceChange> Changes, IReadOnlyList<string> Warnings);
