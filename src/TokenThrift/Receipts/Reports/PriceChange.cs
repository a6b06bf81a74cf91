using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>What a model's traffic cost, and what it costs at the prices of the report's catalogue.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="Spent">What it cost.</param>
/// <param name="AtCatalogue">What it costs at the catalogue's prices, or <see langword="null"/> when those are not known. An estimate.</param>
public sealed record PriceChange(string ModelId, NanoUsd Spent, NanoUsd? AtCatalogue);
