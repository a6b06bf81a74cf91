using Microsoft.Extensions.Options;

namespace TokenThrift;

/// <summary>Checks all settings; each room knows its own limits.</summary>
internal static class TokenThriftOptionsValidator
{
    /// <summary>Throws where a setting is out of its limits.</summary>
    /// <exception cref="OptionsValidationException">Names every section's first wrong setting with its limits.</exception>
    public static void ThrowIfInvalid(TokenThriftOptions options)
    {
        string[] errors =
        [
            .. Section(nameof(options.Caching), options.Caching.Validate()),
            .. Section(nameof(options.Compression), options.Compression.Validate()),
            .. Section(nameof(options.Budgets), options.Budgets.Validate()),
            .. Section(nameof(options.BudgetLadder), options.BudgetLadder.Validate()),
            .. Section(nameof(options.Routing), options.Routing.Validate()),
            .. Section(nameof(options.Receipts), options.Receipts.Validate()),
            .. Section(nameof(options.Policy), options.Policy.Validate()),
            .. options.Models.SelectMany((model, i) => Section($"{nameof(options.Models)}[{i}]", model.Validate())),
            .. options.PriceAgeWarning < TimeSpan.FromDays(1) || options.PriceAgeWarning > TimeSpan.FromDays(3650)
                ? [$"{nameof(options.PriceAgeWarning)} is {options.PriceAgeWarning}; it must be 1 to 3,650 days."] : Array.Empty<string>(),
        ];

        if (errors.Length > 0)
        {
            throw new OptionsValidationException(TokenThriftOptions.SectionName, typeof(TokenThriftOptions), errors);
        }
    }

    // A room's message begins with the name of its property; the section makes it the whole path.
    private static IEnumerable<string> Section(string section, string? error) => error is null ? [] : [$"{section}.{error}"];
}
