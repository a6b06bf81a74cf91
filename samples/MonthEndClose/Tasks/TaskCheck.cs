namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Whether an answer is right, and if not, what is wrong with it.</summary>
internal readonly record struct TaskCheck(bool Passed, string Reason)
{
    public static TaskCheck Right { get; } = new(true, "right");

    public static TaskCheck Wrong(string reason) => new(false, reason);

    public static TaskCheck SameSet(string what, IEnumerable<string> expected, IEnumerable<string> actual)
    {
        HashSet<string> right = [.. expected];
        HashSet<string> given = [.. actual];
        string[] missing = [.. right.Except(given).Order(StringComparer.Ordinal)];
        string[] extra = [.. given.Except(right).Order(StringComparer.Ordinal)];
        return missing.Length + extra.Length == 0
            ? Right
            : Wrong($"{what}: {missing.Length} missing ({string.Join(", ", missing.Take(3))}), {extra.Length} wrong ({string.Join(", ", extra.Take(3))})");
    }

    public static TaskCheck SameAmount(string what, decimal expected, decimal actual, decimal tolerance = 0.05m) =>
        Math.Abs(expected - actual) <= tolerance ? Right : Wrong($"{what}: {actual} instead of {expected}");

    public static TaskCheck All(params IEnumerable<TaskCheck> checks)
    {
        TaskCheck[] wrong = [.. checks.Where(x => !x.Passed)];
        return wrong.Length == 0 ? Right : Wrong(string.Join("; ", wrong.Select(x => x.Reason)));
    }
}
