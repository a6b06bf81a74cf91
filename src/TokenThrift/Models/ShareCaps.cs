using System.Globalization;

namespace TokenThrift.Models;

/// <summary>Holds a model's vendor and jurisdiction against the share caps.</summary>
internal static class ShareCaps
{
    /// <summary>Says which cap a call would break.</summary>
    /// <param name="options">The caps.</param>
    /// <param name="model">The model that would be called.</param>
    /// <param name="cost">What the call is expected to cost, or <see langword="null"/> when its price is not known.</param>
    /// <param name="shares">The live shares.</param>
    /// <returns>The reason, or <see langword="null"/> when no cap stands against it.</returns>
    public static string? Broken(ShareCapOptions options, ModelInfo model, NanoUsd? cost, ISpendShares shares)
    {
        NanoUsd floor = NanoUsd.FromUsd(options.MinimumUsd);
        if (Find(options.Vendors, model.Vendor) is { } vendorCap && Over("vendor", model.Vendor, vendorCap, cost, shares.OfVendor(model.Vendor), floor) is { } vendor)
        {
            return vendor;
        }

        if (Find(options.Jurisdictions, model.Jurisdiction) is { } cap
            && Over("jurisdiction", model.Jurisdiction, cap, cost, shares.OfJurisdiction(model.Jurisdiction), floor) is { } jurisdiction)
        {
            return jurisdiction;
        }

        // A member state counts towards the cap of the Union as well as towards its own.
        return model.Jurisdiction is { } state && EuropeanUnion.Has(state) && Find(options.Jurisdictions, "EU") is { } union
            ? Over("jurisdiction", "EU", union, cost, shares.OfJurisdiction("EU"), floor) : null;
    }

    private static double? Find(IDictionary<string, double> caps, string? name) => caps.TryGetValue(name ?? ShareCapOptions.Unknown, out double cap) ? cap : null;

    private static string? Over(string what, string? name, double cap, NanoUsd? cost, SpendShare share, NanoUsd floor)
    {
        if (cost is not { } adds)
        {
            // What has no price is in no share, so it cannot be shown to stay within one.
            return $"the share of its {what} {name ?? ShareCapOptions.Unknown} is capped and its price is not known";
        }

        double spent = (double)share.Spent.Value + adds.Value;
        double total = Math.Max((double)share.Total.Value + adds.Value, floor.Value);
        return spent <= cap * total ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"the {what} {name ?? ShareCapOptions.Unknown} would have {spent / total:P1} of the spend, above its cap of {cap:P0}");
    }
}
