using System.Globalization;

namespace TokenThrift.Budgets;

/// <summary>The time over which a limit counts. Calendar windows are cut in UTC, so daylight saving cannot double or lose an hour.</summary>
/// <remarks>A hold belongs to the window in which it was taken, and settles there, whenever it settles.</remarks>
public readonly record struct BudgetWindow
{
    private const int RollingBuckets = 60;

    private BudgetWindow(BudgetPeriod period, TimeSpan length)
    {
        Period = period;
        Length = length;
    }

    /// <summary>Gets the window that never resets; that of tasks.</summary>
    public static BudgetWindow Lifetime => default;

    /// <summary>Gets the hour of the clock.</summary>
    public static BudgetWindow Hour => new(BudgetPeriod.Hour, default);

    /// <summary>Gets the calendar day.</summary>
    public static BudgetWindow Day => new(BudgetPeriod.Day, default);

    /// <summary>Gets the calendar week, from Monday.</summary>
    public static BudgetWindow Week => new(BudgetPeriod.Week, default);

    /// <summary>Gets the calendar month.</summary>
    public static BudgetWindow Month => new(BudgetPeriod.Month, default);

    /// <summary>Gets how the window is cut.</summary>
    public BudgetPeriod Period { get; }

    /// <summary>Gets the length of a rolling window; zero for the others.</summary>
    public TimeSpan Length { get; }

    /// <summary>Gets a short code that names the window in a store.</summary>
    internal string Code => Period switch
    {
        BudgetPeriod.Lifetime => "all",
        BudgetPeriod.Hour => "hour",
        BudgetPeriod.Day => "day",
        BudgetPeriod.Week => "week",
        BudgetPeriod.Month => "month",
        _ => string.Create(CultureInfo.InvariantCulture, $"last{(long)Length.TotalSeconds}"),
    };

    /// <summary>Makes a window of the time just gone by.</summary>
    /// <remarks>Sums are kept in sixty parts of the length; a part counts as long as any of it is inside, so the window is never too short.</remarks>
    /// <param name="length">The length, from one minute to 366 days.</param>
    /// <returns>The window.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is outside its limits.</exception>
    public static BudgetWindow Rolling(TimeSpan length) => length >= TimeSpan.FromMinutes(1) && length <= TimeSpan.FromDays(366)
        ? new(BudgetPeriod.Rolling, length)
        : throw new ArgumentOutOfRangeException(nameof(length), length, "A rolling window is between one minute and 366 days long.");

    /// <inheritdoc/>
    public override string ToString() => Period == BudgetPeriod.Rolling ? $"the last {Length}" : Period.ToString();

    /// <summary>Says where a moment falls: its bucket, the first bucket that counts with it, and when the window next gives anything back.</summary>
    /// <param name="now">The moment.</param>
    /// <returns>Bucket and first bucket as Unix seconds; the reset is <see langword="null"/> where there is none.</returns>
    internal (long Bucket, long From, DateTimeOffset? ResetsAt) Place(DateTimeOffset now)
    {
        DateTime utc = now.UtcDateTime;
        DateTime day = utc.Date;
        switch (Period)
        {
            case BudgetPeriod.Lifetime:
                return (0, 0, null);
            case BudgetPeriod.Hour:
                return Between(day.AddHours(utc.Hour), day.AddHours(utc.Hour + 1));
            case BudgetPeriod.Day:
                return Between(day, day.AddDays(1));
            case BudgetPeriod.Week:
                DateTime monday = day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
                return Between(monday, monday.AddDays(7));
            case BudgetPeriod.Month:
                DateTime first = day.AddDays(1 - day.Day);
                return Between(first, first.AddMonths(1));
            default:
                long width = Math.Max(1, (long)Length.TotalSeconds / RollingBuckets);
                long seconds = now.ToUnixTimeSeconds();
                long bucket = seconds / width * width;
                long from = (seconds - (long)Math.Ceiling(Length.TotalSeconds)) / width * width;
                return (bucket, from, DateTimeOffset.FromUnixTimeSeconds(bucket + width));
        }
    }

    private static (long Bucket, long From, DateTimeOffset? ResetsAt) Between(DateTime start, DateTime end)
    {
        long bucket = new DateTimeOffset(start, TimeSpan.Zero).ToUnixTimeSeconds();
        return (bucket, bucket, new DateTimeOffset(end, TimeSpan.Zero));
    }
}
