namespace TokenThrift.Caching;

/// <summary>A label as a partition took it in.</summary>
/// <param name="Label">The label.</param>
/// <param name="IsAboutFolding">Whether it says something of text that is equal after folding.</param>
internal sealed record LearntLabel(HitLabel Label, bool IsAboutFolding);
