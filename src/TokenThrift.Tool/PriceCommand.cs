using System.Globalization;
using TokenThrift.Models;
using TokenThrift.Receipts;

namespace TokenThrift.Tool;

internal static class PriceCommand
{
    public static void Run(ToolArguments arguments, TextWriter output)
    {
        string id = arguments.Subject("The model");
        long input = arguments.Number("--input");
        long cached = arguments.Number("--cached");
        long written = arguments.Number("--written");
        long answer = arguments.Number("--output");
        arguments.RefuseUnknown();
        if (cached + written > input)
        {
            throw new ToolException("--cached and --written are parts of --input; together they cannot be more.");
        }

        ModelInfo model = Find(id);
        NanoUsd cost = Cost(new TokenUsage(input, answer) { CachedInput = cached, CacheWrite = written }, model);
        ModelPrices prices = model.Prices.ForInput(input);
        output.WriteLine(FormattableString.Invariant($"{model.Id} ({model.Vendor ?? "vendor unknown"}, {model.Jurisdiction ?? "jurisdiction unknown"}): {cost}"));
        output.WriteLine(FormattableString.Invariant($"per million tokens: input ${prices.Input / 1e6m}, cached ${(prices.CachedInput ?? prices.Input) / 1e6m}, written ${(prices.CacheWrite ?? prices.Input) / 1e6m}, output ${prices.Output / 1e6m}"));
        output.WriteLine("prices read on " + (model.PricedOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "an unknown day") + ", catalogue " + ModelCatalog.Default.Version);
    }

    private static NanoUsd Cost(TokenUsage usage, ModelInfo model)
    {
        try
        {
            return UsageCost.Of(usage, model.Prices) ?? throw new ToolException($"The price of '{model.Id}' is not known.");
        }
        catch (OverflowException)
        {
            throw new ToolException("The numbers of tokens are too large.");
        }
    }

    public static ModelInfo Find(string id) => ModelCatalog.Default.Find(id) ?? throw new ToolException($"The catalogue has no model '{id}'.");
}
