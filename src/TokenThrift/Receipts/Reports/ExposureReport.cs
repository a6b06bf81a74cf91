namespace TokenThrift.Receipts;

/// <summary>Whose tokens the application depends on, and what that implies.</summary>
/// <param name="Axes">Traffic by vendor, jurisdiction of the operator, origin of the model, serving region, and model.</param>
/// <param name="Trend">Concentration day by day, oldest first.</param>
/// <param name="Substitutes">For each vendor, what could have served its traffic instead.</param>
/// <param name="Drills">Vendors gone, prices doubled, jurisdictions closed.</param>
/// <param name="ViolationsPrevented">How often a model was left out of a request, or a call was refused, by policy.</param>
/// <param name="Alternatives">The models that alternatives were looked for among.</param>
public sealed record ExposureReport(
    IReadOnlyList<ExposureAxis> Axes,
    IReadOnlyList<ConcentrationPoint> Trend,
    IReadOnlyList<Substitutability> Substitutes,
    IReadOnlyList<ExposureDrill> Drills,
    long ViolationsPrevented,
    IReadOnlyList<string> Alternatives);
