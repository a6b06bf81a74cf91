namespace TokenThrift.Receipts;

/// <summary>What depends on one vendor, jurisdiction, origin or region.</summary>
/// <param name="Name">Its name; <c>unknown</c> where the catalogue does not say.</param>
/// <param name="Sum">The calls.</param>
/// <param name="TokenShare">Their share of all tokens, 0 to 1.</param>
/// <param name="SpendShare">Their share of all that was spent, 0 to 1.</param>
public sealed record ExposureShare(string Name, TrafficSum Sum, double TokenShare, double SpendShare);
