namespace TokenThrift.Sqlite;

/// <summary>How the books are kept in a SQLite file.</summary>
public sealed class SqliteBudgetStoreOptions
{
    /// <summary>Gets or sets the path of the file; it is made where there is none. It must be on a local disk, not on a network share.</summary>
    /// <value>Default <c>tokenthrift.db</c> in the current directory.</value>
    public string Path { get; set; } = "tokenthrift.db";

    /// <summary>Gets or sets how long a step waits for another process to finish its own.</summary>
    /// <value>100 milliseconds to 5 minutes; default 30 seconds. A step that waits longer fails, and a call under a limit is then refused.</value>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets a value indicating whether every step is on the disk before it counts.</summary>
    /// <value>Default <see langword="true"/>. <see langword="false"/> survives the death of a process, but can lose the last steps when the machine loses power.</value>
    public bool SurvivePowerLoss { get; set; } = true;

    /// <summary>Gets or sets how long resolved holds and past windows are kept.</summary>
    /// <value>At least one day; default 62 days. Never-ending accounts are kept for good.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(62);

    /// <summary>Finds the first setting that is wrong.</summary>
    /// <returns>One sentence that names the property and its limits, or <see langword="null"/>.</returns>
    public string? Validate() =>
        string.IsNullOrWhiteSpace(Path) ? $"{nameof(Path)} must not be empty."
        : BusyTimeout < TimeSpan.FromMilliseconds(100) || BusyTimeout > TimeSpan.FromMinutes(5) ? $"{nameof(BusyTimeout)} must be from 100 milliseconds to 5 minutes."
        : Retention < TimeSpan.FromDays(1) ? $"{nameof(Retention)} must be at least one day."
        : null;
}
