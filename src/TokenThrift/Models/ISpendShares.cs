namespace TokenThrift.Models;

/// <summary>The live shares of vendors and jurisdictions in what is spent, which the policy's share caps are held against.</summary>
/// <remarks>
/// The one that ships counts the receipts of this process. An application of many machines can register its own, over what
/// its receipts add up to together. It is asked before each call while a cap is set, so it must answer from memory. Safe for concurrent use.
/// </remarks>
public interface ISpendShares
{
    /// <summary>Returns the share of a vendor.</summary>
    /// <param name="vendor">The vendor as the catalogue names it; <see langword="null"/> for what is known of none, a bucket of its own.</param>
    /// <returns>Its share in the window.</returns>
    SpendShare OfVendor(string? vendor);

    /// <summary>Returns the share of the operators in a jurisdiction.</summary>
    /// <param name="jurisdiction">The country code, or <c>EU</c>; <see langword="null"/> for what is known of none, a bucket of its own.</param>
    /// <returns>Its share in the window. That of <c>EU</c> holds the member states' too.</returns>
    SpendShare OfJurisdiction(string? jurisdiction);
}
