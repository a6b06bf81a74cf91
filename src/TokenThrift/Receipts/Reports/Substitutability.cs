using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>How much of a vendor's traffic another allowed model of another vendor could have served. All of it is an estimate.</summary>
/// <remarks>
/// A model can take a call when it has the capabilities that the call used and its window holds the call. It is proven for
/// a task when enough of its answers to that task were judged and accepted; else it can only be said to be able. The proven
/// alternative that costs least is taken; without one, the cheapest able one that costs no less than what it replaces, else
/// the dearest, because a price is then all that tells how able a model may be.
/// </remarks>
/// <param name="Vendor">The vendor.</param>
/// <param name="Calls">Its calls.</param>
/// <param name="ProvenShare">The share of the calls for which a proven alternative exists, 0 to 1.</param>
/// <param name="AbleShare">The share of the calls for which any alternative exists, proven or not, 0 to 1.</param>
/// <param name="Spent">What the calls cost that have an alternative.</param>
/// <param name="AtAlternatives">What the same tokens cost at the alternative of each call.</param>
public sealed record Substitutability(string Vendor, long Calls, double ProvenShare, double AbleShare, NanoUsd Spent, NanoUsd AtAlternatives);
