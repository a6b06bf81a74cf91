namespace TokenThrift.Models;

/// <summary>How much of the spend may go to one vendor or one jurisdiction.</summary>
/// <remarks>
/// A share is measured over the calls that have ended; those that still run are not in it, so calls at the same moment can
/// pass a cap by what they cost together. A budget is the place for an amount that must never be passed.
/// </remarks>
public sealed class ShareCapOptions
{
    /// <summary>The name under which what is not known is capped: <c>unknown</c>.</summary>
    public const string Unknown = "unknown";

    /// <summary>Gets the largest share of each vendor, above 0 and at most 1.</summary>
    /// <value>Default empty: no cap. The key <c>unknown</c> caps what has no known vendor.</value>
    public IDictionary<string, double> Vendors { get; } = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the largest share of each operator jurisdiction, above 0 and at most 1.</summary>
    /// <value>Default empty: no cap. <c>EU</c> caps the member states together; <c>unknown</c> caps what has no known jurisdiction.</value>
    public IDictionary<string, double> Jurisdictions { get; } = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the time over which shares are measured, in steps of a sixty-fourth of it.</summary>
    /// <value>Default 30 days; 1 minute to 366 days. Read once, when the first pipeline is built.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Gets or sets the spend in USD that a window counts as when less was spent in it, so that the first calls are not above every cap.</summary>
    /// <value>Default 1; 0 to 1,000,000.</value>
    public decimal MinimumUsd { get; set; } = 1;

    /// <summary>Gets or sets what becomes of a call that would put a share above its cap.</summary>
    /// <value>Default <see cref="WhenShareReached.PreferOthers"/>.</value>
    public WhenShareReached WhenReached { get; set; }

    /// <summary>Gets a value indicating whether there is a cap at all.</summary>
    internal bool HasCaps => Vendors.Count > 0 || Jurisdictions.Count > 0;

    /// <summary>Finds the first entry that is wrong.</summary>
    /// <returns>A message that names the property and its limits, or <see langword="null"/>.</returns>
    public string? Validate()
    {
        if (Share(nameof(Vendors), Vendors) is { } vendor)
        {
            return vendor;
        }

        if (Share(nameof(Jurisdictions), Jurisdictions) is { } jurisdiction)
        {
            return jurisdiction;
        }

        foreach (string code in Jurisdictions.Keys)
        {
            if (!string.Equals(code, Unknown, StringComparison.OrdinalIgnoreCase) && (code.Length != 2 || !code.All(char.IsAsciiLetter)))
            {
                return $"{nameof(Jurisdictions)} holds '{code}'; a key must be a two-letter country code, EU or {Unknown}.";
            }
        }

        if (Window < TimeSpan.FromMinutes(1) || Window > TimeSpan.FromDays(366))
        {
            return $"{nameof(Window)} is {Window}; it must be from 1 minute to 366 days.";
        }

        if (MinimumUsd is < 0 or > 1_000_000)
        {
            return $"{nameof(MinimumUsd)} is {MinimumUsd}; it must be from 0 to 1,000,000.";
        }

        return Enum.IsDefined(WhenReached) ? null : $"{nameof(WhenReached)} is {WhenReached}; it must be {nameof(WhenShareReached.PreferOthers)} or {nameof(WhenShareReached.Refuse)}.";
    }

    private static string? Share(string name, IDictionary<string, double> caps)
    {
        foreach ((string key, double share) in caps)
        {
            if (string.IsNullOrWhiteSpace(key) || !(share > 0 && share <= 1))
            {
                return $"{name}[{key}] is {share}; a cap must have a name and be above 0 and at most 1.";
            }
        }

        return null;
    }
}
