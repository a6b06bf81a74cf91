namespace TokenThrift.Samples.MonthEndClose.Company;

/// <summary>A group of companies at the end of a month: everything that the agent can look up.</summary>
internal sealed record Group(string Name, int Seed)
{
    public const string Period = "2026-10";

    public const string PeriodStart = "2026-10-01";

    public const string PeriodEnd = "2026-10-31";

    public const string Currency = "EUR";

    public required IReadOnlyList<Account> Chart { get; init; }

    /// <summary>Gets what one unit of a currency is worth in the group's currency at the end of the month.</summary>
    public required IReadOnlyDictionary<string, decimal> ClosingRates { get; init; }

    /// <summary>Gets the month's average rates.</summary>
    public required IReadOnlyDictionary<string, decimal> AverageRates { get; init; }

    public required IReadOnlyList<EntityBooks> Books { get; init; }

    public required Policies Policies { get; init; }

    public EntityBooks Of(string entity) => Books.First(books => books.Entity.Code == entity);
}
