namespace TokenThrift.Redis;

/// <summary>How the books are kept in Redis.</summary>
public sealed class RedisBudgetStoreOptions
{
    /// <summary>The longest <see cref="KeyPrefix"/>, in characters.</summary>
    public const int LongestKeyPrefix = 200;

    /// <summary>Gets or sets what all keys begin with. Ledgers with different prefixes on one server share nothing.</summary>
    /// <remarks>It stands in braces, so that a cluster keeps all keys in one hash slot, as one atomic step over them needs.</remarks>
    /// <value>1 to 200 characters without braces; default <c>tokenthrift:budgets</c>.</value>
    public string KeyPrefix { get; set; } = "tokenthrift:budgets";

    /// <summary>Gets or sets how long a step may take, with all that it has to repeat because another process came first.</summary>
    /// <value>100 milliseconds to 5 minutes; default 30 seconds. A step that takes longer fails, and a call under a limit is then refused.</value>
    public TimeSpan StepTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long resolved holds, corrections and ended tasks are kept, so that a late settlement still finds them.</summary>
    /// <value>At least one day; default 62 days. Windows are kept for 400 days after their last change, never-ending accounts for good.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(62);

    /// <summary>Finds the first setting that is wrong.</summary>
    /// <returns>One sentence that names the property and its limits, or <see langword="null"/>.</returns>
    public string? Validate() =>
        string.IsNullOrWhiteSpace(KeyPrefix) || KeyPrefix.Length > LongestKeyPrefix || KeyPrefix.AsSpan().ContainsAny('{', '}') ? $"{nameof(KeyPrefix)} must be of 1 to {LongestKeyPrefix} characters, without braces."
        : StepTimeout < TimeSpan.FromMilliseconds(100) || StepTimeout > TimeSpan.FromMinutes(5) ? $"{nameof(StepTimeout)} must be from 100 milliseconds to 5 minutes."
        : Retention < TimeSpan.FromDays(1) || Retention > TimeSpan.FromDays(3650) ? $"{nameof(Retention)} must be from one day to ten years."
        : null;
}
