namespace TokenThrift.Caching.Keys;

/// <summary>The short codes under which the cache says why it did what it did.</summary>
internal static class CacheReasons
{
    public const string Hit = "hit";
    public const string Folded = "hit-folded";
    public const string Similar = "hit-similar";
    public const string Verified = "hit-verified";
    public const string Miss = "miss";
    public const string Unsure = "miss-unsure";
    public const string Allowance = "miss-allowance";
    public const string Audit = "miss-audit";
    public const string ReportedWrong = "miss-reported-wrong";
    public const string Unproven = "miss-unproven";
    public const string Rejected = "miss-rejected";
    public const string Unverified = "miss-unverified";
    public const string Coalesced = "coalesced";
    public const string Refresh = "refresh";
    public const string Disabled = "bypass-disabled";
    public const string Asked = "bypass-asked";
    public const string Conversation = "bypass-conversation";
    public const string Continuation = "bypass-continuation";
    public const string HostedTool = "bypass-hosted-tool";
    public const string Approval = "bypass-approval";
    public const string RawRepresentation = "bypass-raw-representation";
    public const string Temperature = "bypass-temperature";
    public const string Purpose = "bypass-purpose";
    public const string Unhashable = "bypass-unhashable";
    public const string Empty = "bypass-empty";
    public const string NoSession = "bypass-no-session";
    public const string Fault = "bypass-fault";
}
