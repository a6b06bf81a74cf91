namespace TokenThrift.Routing;

/// <summary>Says in one sentence which setting is out of which limits.</summary>
internal static class OptionLimits
{
    public static string? Check<T>(string name, T value, T least, T most)
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? null
            : FormattableString.Invariant($"{name} is {value}; it must be from {least} to {most}.");
}
