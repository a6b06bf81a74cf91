using System.ComponentModel;
using System.Globalization;
using Microsoft.SemanticKernel;

namespace TokenThrift.Samples.MonthEndClose.Plugins;

internal sealed class CalculatorPlugin
{
    [KernelFunction("calculate"), Description("Works out arithmetic expressions with + - * / and brackets; one result for each, rounded to two decimals.")]
    public static string Calculate([Description("The expressions, such as (1200.50 - 300) * 1.08")] string[] expressions)
    {
        ArgumentNullException.ThrowIfNull(expressions);
        return PluginJson.Of(new { results = expressions.Select(Result) });
    }

    private static object Result(string expression)
    {
        try
        {
            return Arithmetic.Evaluate(expression);
        }
        catch (Exception e) when (e is FormatException or OverflowException or DivideByZeroException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"cannot work out '{expression}': {e.Message}");
        }
    }
}
