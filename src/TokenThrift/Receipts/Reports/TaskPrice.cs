using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>What one task's calls cost, and what their tokens cost at each model that they could have gone to.</summary>
/// <param name="Task">The task.</param>
/// <param name="Calls">Its calls that reached a provider.</param>
/// <param name="Spent">What they cost.</param>
/// <param name="AtModels">The same tokens at each alternative's list price, by model id; <see langword="null"/> for a model that could not have taken all of the calls. An estimate.</param>
public sealed record TaskPrice(string Task, long Calls, NanoUsd Spent, IReadOnlyDictionary<string, NanoUsd?> AtModels);
