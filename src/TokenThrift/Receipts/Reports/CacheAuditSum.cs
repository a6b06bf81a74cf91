namespace TokenThrift.Receipts;

/// <summary>What came of the requests for which a similar answer was at hand and which were asked afresh to check it.</summary>
/// <param name="Same">Those whose answers agreed.</param>
/// <param name="Different">Those whose answers differed: the hit would have been wrong.</param>
/// <param name="Unknown">Those that nobody could judge.</param>
public sealed record CacheAuditSum(long Same, long Different, long Unknown)
{
    /// <summary>Gets all audits.</summary>
    public long Count => Same + Different + Unknown;

    /// <summary>Gets the share of the judged audits whose answers differed, 0 to 1, or <see langword="null"/> when none was judged.</summary>
    public double? ErrorRate => Same + Different == 0 ? null : (double)Different / (Same + Different);

    internal CacheAuditSum Plus(CacheAuditVerdict verdict) => verdict switch
    {
        CacheAuditVerdict.Same => this with { Same = Same + 1 },
        CacheAuditVerdict.Different => this with { Different = Different + 1 },
        _ => this with { Unknown = Unknown + 1 },
    };
}
