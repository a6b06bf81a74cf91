using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>What the same tokens cost at one model's list price. An estimate: another model would have written other tokens.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="Vendor">Its vendor, or <see langword="null"/>.</param>
/// <param name="PricedOn">The day of its prices, or <see langword="null"/> when unknown.</param>
/// <param name="Input">The price of an input token in pico-dollars.</param>
/// <param name="Output">The price of an output token in pico-dollars.</param>
/// <param name="CallsItCanTake">The calls that it could have taken.</param>
/// <param name="SpentOnThem">What those calls cost.</param>
/// <param name="AtListPrice">What the tokens of those calls cost at this model.</param>
public sealed record PriceComparison(
    string ModelId, string? Vendor, DateOnly? PricedOn, long Input, long Output, long CallsItCanTake, NanoUsd SpentOnThem, NanoUsd AtListPrice);
