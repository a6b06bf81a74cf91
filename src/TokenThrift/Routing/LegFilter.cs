using System.Globalization;
using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Says why a model cannot serve a request. Pure functions. A capability that is not known is not there; a limit that is not known is not held against it.</summary>
internal static class LegFilter
{
    // The count of a foreign tokenizer can be short; a request that would barely fit does not fit.
    private const double CountMargin = 1.1;
    private const long DefaultOutputReserve = 1024;

    /// <summary>Checks what the catalogue says of the model, before its leg is asked for a quote.</summary>
    public static string? Exclude(ModelInfo model, RequestNeeds needs)
    {
        ModelCapabilities missing = needs.Capabilities & ~model.Capabilities;
        if (missing != ModelCapabilities.None)
        {
            return $"capability: {missing}";
        }

        return needs.OutputTokens is { } wanted && model.MaxOutputTokens is { } most && wanted > most
            ? string.Create(CultureInfo.InvariantCulture, $"output: {wanted} of at most {most} tokens")
            : null;
    }

    /// <summary>Checks what the leg says of the request.</summary>
    public static string? Exclude(ModelInfo model, RequestNeeds needs, CallQuote quote)
    {
        if (quote.Refusal is { } refusal)
        {
            return $"refused: {refusal}";
        }

        long input = (long)Math.Ceiling(quote.InputTokens * CountMargin);
        long reserve = Math.Min(needs.OutputTokens ?? DefaultOutputReserve, model.MaxOutputTokens ?? long.MaxValue);
        if (model.ContextTokens is { } window && input + reserve > window)
        {
            return string.Create(CultureInfo.InvariantCulture, $"context: {input} + {reserve} of {window} tokens");
        }

        return model.MaxInputTokens is { } limit && input > limit
            ? string.Create(CultureInfo.InvariantCulture, $"input: {input} of {limit} tokens")
            : null;
    }
}
