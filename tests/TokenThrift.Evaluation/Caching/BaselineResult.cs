namespace TokenThrift.Evaluation.Caching;

/// <summary>How another policy fares on a stream.</summary>
/// <param name="HitRate">Its hits among all requests.</param>
/// <param name="ErrorRate">The wrong ones among its hits.</param>
internal readonly record struct BaselineResult(double HitRate, double ErrorRate)
{
    /// <summary>Gets the fields of the contract.</summary>
    public IReadOnlyDictionary<string, object?> Fields => new Dictionary<string, object?> { ["hitRate"] = HitRate, ["errorRate"] = ErrorRate };
}
