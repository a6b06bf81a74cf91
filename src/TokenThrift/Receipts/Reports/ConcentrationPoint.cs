namespace TokenThrift.Receipts;

/// <summary>How concentrated one day's spending was.</summary>
/// <param name="Day">The day, in UTC.</param>
/// <param name="VendorConcentration">The index by vendor, 0 to 10,000 (see <see cref="ExposureAxis"/>).</param>
public sealed record ConcentrationPoint(DateOnly Day, double VendorConcentration);
