using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>What the same traffic would have cost had something happened. All of it is an estimate.</summary>
/// <param name="Name">What happens, such as <c>vendor acme gone</c>.</param>
/// <param name="CallsAffected">The calls that it touches.</param>
/// <param name="CallsUnserved">Those of them that no other allowed model could have served.</param>
/// <param name="CallsUnproven">Those that only models without a record for the task could have served.</param>
/// <param name="Spent">What the traffic cost as it was.</param>
/// <param name="Cost">What it would have cost, unserved calls left out.</param>
/// <param name="UnservedSpent">What the unserved calls had cost, which is in <paramref name="Spent"/> and not in <paramref name="Cost"/>.</param>
public sealed record ExposureDrill(string Name, long CallsAffected, long CallsUnserved, long CallsUnproven, NanoUsd Spent, NanoUsd Cost, NanoUsd UnservedSpent);
