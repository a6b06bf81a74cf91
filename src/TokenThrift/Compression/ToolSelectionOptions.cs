namespace TokenThrift.Compression;

/// <summary>How many of an application's tools a session is shown, and how it finds the others.</summary>
public sealed class ToolSelectionOptions
{
    /// <summary>Gets or sets how many function tools a session starts with; with no more tools than that, nothing is done.</summary>
    /// <value>Default: 20. At least 1.</value>
    public int MaximumTools { get; set; } = 20;

    /// <summary>Gets the names of tools that every session is shown.</summary>
    /// <value>Default: none.</value>
    public IList<string> AlwaysKept { get; } = [];

    /// <summary>Gets or sets how often the model may search for tools within one answer.</summary>
    /// <value>Default: 3. 0 to 16.</value>
    public int MaximumSearches { get; set; } = 3;

    /// <summary>Gets or sets how many tools a search adds at most.</summary>
    /// <value>Default: 5. At least 1.</value>
    public int ToolsPerSearch { get; set; } = 5;

    /// <summary>Finds the first setting that is out of its limits.</summary>
    /// <returns>A message that names the property and its limits, or <see langword="null"/> when all is well.</returns>
    public string? Validate() =>
        MaximumTools < 1 ? $"{nameof(ToolSelectionOptions)}.{nameof(MaximumTools)} must be at least 1, but is {MaximumTools}."
        : MaximumSearches is < 0 or > 16 ? $"{nameof(ToolSelectionOptions)}.{nameof(MaximumSearches)} must be 0 to 16, but is {MaximumSearches}."
        : ToolsPerSearch < 1 ? $"{nameof(ToolSelectionOptions)}.{nameof(ToolsPerSearch)} must be at least 1, but is {ToolsPerSearch}."
        : AlwaysKept.Any(name => name is null) ? $"{nameof(ToolSelectionOptions)}.{nameof(AlwaysKept)} must not hold null."
        : null;
}
