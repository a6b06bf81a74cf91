using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>What a stored receipt does not say of a model. Shared, so that models read from a file compare equal.</summary>
internal static class ReceiptModel
{
    public static ModelPrices NoPrices { get; } = new(null, null);
}
