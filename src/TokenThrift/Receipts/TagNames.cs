using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>How enumerations are written outside the process: in tags, files and reports. Never renamed.</summary>
internal static class TagNames
{
    public static string Of(CacheTier tier) => tier switch
    {
        CacheTier.Exact => "exact",
        CacheTier.Semantic => "semantic",
        CacheTier.Coalesced => "coalesced",
        _ => "none",
    };

    public static string Of(CacheAuditVerdict verdict) => verdict switch
    {
        CacheAuditVerdict.Same => "same",
        CacheAuditVerdict.Different => "different",
        _ => "unknown",
    };

    public static string Of(CallPurpose purpose) => purpose switch
    {
        CallPurpose.Judge => "judge",
        CallPurpose.Audit => "audit",
        CallPurpose.Summary => "summary",
        CallPurpose.Retrieval => "retrieval",
        CallPurpose.Embedding => "embedding",
        _ => "answer",
    };

    public static string Of(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Rejected => "rejected",
        CallOutcome.Failed => "failed",
        CallOutcome.Cancelled => "cancelled",
        CallOutcome.Refused => "refused",
        _ => "served",
    };

    public static CacheTier Tier(string? name) => name switch
    {
        "exact" => CacheTier.Exact,
        "semantic" => CacheTier.Semantic,
        "coalesced" => CacheTier.Coalesced,
        _ => CacheTier.None,
    };

    public static CacheAuditVerdict Verdict(string? name) => name switch
    {
        "same" => CacheAuditVerdict.Same,
        "different" => CacheAuditVerdict.Different,
        _ => CacheAuditVerdict.Unknown,
    };

    public static CallPurpose Purpose(string? name) => name switch
    {
        "judge" => CallPurpose.Judge,
        "audit" => CallPurpose.Audit,
        "summary" => CallPurpose.Summary,
        "retrieval" => CallPurpose.Retrieval,
        "embedding" => CallPurpose.Embedding,
        _ => CallPurpose.Answer,
    };

    public static CallOutcome Outcome(string? name) => name switch
    {
        "rejected" => CallOutcome.Rejected,
        "failed" => CallOutcome.Failed,
        "cancelled" => CallOutcome.Cancelled,
        "refused" => CallOutcome.Refused,
        _ => CallOutcome.Served,
    };
}
