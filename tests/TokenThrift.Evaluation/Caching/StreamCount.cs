namespace TokenThrift.Evaluation.Caching;

/// <summary>What became of a stream.</summary>
internal sealed class StreamCount
{
    /// <summary>Gets or sets how many were answered from the cache.</summary>
    public int Hits { get; set; }

    /// <summary>Gets or sets how many of those with the answer to something else.</summary>
    public int Wrong { get; set; }

    /// <summary>Gets or sets how many of the hits were on the same text, or text that is equal after folding.</summary>
    public int Folded { get; set; }

    /// <summary>Gets or sets how many would-be hits were asked afresh to be checked.</summary>
    public int Audits { get; set; }

    /// <summary>Takes in a request.</summary>
    /// <param name="reason">The cache's reason code.</param>
    /// <param name="isHit">Whether it was answered from the cache.</param>
    /// <param name="isRight">Whether the answer was one to its class.</param>
    public void Add(string? reason, bool isHit, bool isRight)
    {
        Hits += isHit ? 1 : 0;
        Wrong += isHit && !isRight ? 1 : 0;
        Folded += isHit && reason is "hit" or "hit-folded" ? 1 : 0;
        Audits += reason == "miss-audit" ? 1 : 0;
    }
}
