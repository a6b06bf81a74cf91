namespace TokenThrift.Budgets;

/// <summary>Limits of one kind of scope, as they are bound from configuration.</summary>
public sealed class ScopeLimit
{
    /// <summary>Gets or sets whose limits these are.</summary>
    /// <value>Default <see cref="BudgetScopeKind.Process"/>. Tasks take theirs from the code that opens them, or from here as a default for each.</value>
    public BudgetScopeKind Scope { get; set; } = BudgetScopeKind.Process;

    /// <summary>Gets or sets the id that the limits are for.</summary>
    /// <value>Default <see langword="null"/>: each id has an account of its own with these limits.</value>
    public string? Id { get; set; }

    /// <summary>Gets or sets the most money.</summary>
    /// <value>In dollars, zero to 9 million; default <see langword="null"/>, no limit.</value>
    public decimal? Usd { get; set; }

    /// <summary>Gets or sets the most input and output tokens together.</summary>
    /// <value>Default <see langword="null"/>, no limit.</value>
    public long? Tokens { get; set; }

    /// <summary>Gets or sets the most input tokens.</summary>
    /// <value>Default <see langword="null"/>, no limit.</value>
    public long? InputTokens { get; set; }

    /// <summary>Gets or sets the most output tokens.</summary>
    /// <value>Default <see langword="null"/>, no limit.</value>
    public long? OutputTokens { get; set; }

    /// <summary>Gets or sets the most calls to providers.</summary>
    /// <value>Default <see langword="null"/>, no limit.</value>
    public long? Calls { get; set; }

    /// <summary>Gets or sets the most time in calls.</summary>
    /// <value>Default <see langword="null"/>, no limit.</value>
    public TimeSpan? Time { get; set; }

    /// <summary>Gets or sets how the window is cut.</summary>
    /// <value>Default <see cref="BudgetPeriod.Lifetime"/>.</value>
    public BudgetPeriod Period { get; set; }

    /// <summary>Gets or sets the length of a rolling window.</summary>
    /// <value>One minute to 366 days; used with <see cref="BudgetPeriod.Rolling"/> only. Default 24 hours.</value>
    public TimeSpan RollingLength { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Finds the first setting that is wrong.</summary>
    /// <returns>One sentence that names the property and its limits, or <see langword="null"/>.</returns>
    public string? Validate() =>
        !Enum.IsDefined(Scope) ? $"{nameof(Scope)} is not a kind of scope."
        : !Enum.IsDefined(Period) ? $"{nameof(Period)} is not a period."
        : Usd is < 0 or > 9_000_000m ? $"{nameof(Usd)} must be from 0 to 9,000,000."
        : IsOutside(Tokens) ? $"{nameof(Tokens)} must be from 0 to 2^53."
        : IsOutside(InputTokens) ? $"{nameof(InputTokens)} must be from 0 to 2^53."
        : IsOutside(OutputTokens) ? $"{nameof(OutputTokens)} must be from 0 to 2^53."
        : IsOutside(Calls) ? $"{nameof(Calls)} must be from 0 to 2^53."
        : Time is { } time && time < TimeSpan.Zero ? $"{nameof(Time)} must not be negative."
        : Period == BudgetPeriod.Rolling && (RollingLength < TimeSpan.FromMinutes(1) || RollingLength > TimeSpan.FromDays(366)) ? $"{nameof(RollingLength)} must be from one minute to 366 days."
        : Usd is null && Tokens is null && InputTokens is null && OutputTokens is null && Calls is null && Time is null ? "no limit is set."
        : null;

    /// <summary>Returns the limits.</summary>
    /// <returns>One for each meter that is limited.</returns>
    internal IReadOnlyList<Limit> ToLimits()
    {
        BudgetWindow window = ToWindow();
        var limits = new List<Limit>(2);
        Add(Usd is { } usd ? Limit.Usd(usd) : null);
        Add(Tokens is { } tokens ? Limit.Tokens(tokens) : null);
        Add(InputTokens is { } input ? Limit.InputTokens(input) : null);
        Add(OutputTokens is { } output ? Limit.OutputTokens(output) : null);
        Add(Calls is { } calls ? Limit.Calls(calls) : null);
        Add(Time is { } time ? Limit.Time(time) : null);
        return limits;

        void Add(Limit? limit)
        {
            if (limit is not null)
            {
                limits.Add(limit.Per(window));
            }
        }
    }

    private static bool IsOutside(long? amount) => amount is < 0 or > BudgetAmounts.Max;

    private BudgetWindow ToWindow() => Period switch
    {
        BudgetPeriod.Hour => BudgetWindow.Hour,
        BudgetPeriod.Day => BudgetWindow.Day,
        BudgetPeriod.Week => BudgetWindow.Week,
        BudgetPeriod.Month => BudgetWindow.Month,
        BudgetPeriod.Rolling => BudgetWindow.Rolling(RollingLength),
        _ => BudgetWindow.Lifetime,
    };
}
