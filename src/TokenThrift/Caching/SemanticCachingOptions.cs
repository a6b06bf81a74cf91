using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;

namespace TokenThrift.Caching;

/// <summary>How answers are cached. The defaults never share across identities, and serve a similar question's answer only once the traffic has shown how often that is right.</summary>
public sealed class SemanticCachingOptions
{
    /// <summary>Gets or sets a value indicating whether anything is cached or served from the cache.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether similar questions may share an answer, within <see cref="MaxErrorRate"/>; without it only identical requests do.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Semantic { get; set; } = true;

    /// <summary>Gets or sets the share of wrong answers among those served on similarity that is accepted, as <see cref="Comparer"/> judges them.</summary>
    /// <remarks>Before there is evidence only text that is equal after folding case, white space, punctuation and Unicode forms shares an answer.</remarks>
    /// <value>Default: 0.01. Between 0 and 0.5; at 0 nothing but text that is equal after folding shares an answer.</value>
    public double MaxErrorRate { get; set; } = 0.01;

    /// <summary>Gets or sets what <see cref="MaxErrorRate"/> is a share of.</summary>
    /// <value>Default: <see cref="ErrorRateBasis.Served"/>.</value>
    public ErrorRateBasis ErrorRateBasis { get; set; }

    /// <summary>Gets or sets which questions may be answered from a similar one, by what came before them.</summary>
    /// <value>Default: <see cref="HistoryPolicy.SingleTurn"/>.</value>
    public HistoryPolicy History { get; set; }

    /// <summary>Gets or sets what says whether two answers come to the same.</summary>
    /// <value>Default: <see langword="null"/>: <see cref="AnswerComparer"/>.</value>
    public IAnswerComparer? Comparer { get; set; }

    /// <summary>Gets or sets a model that is asked whether a kept answer answers the question, where the estimate alone is not sure enough to serve it.</summary>
    /// <remarks>
    /// It is asked about candidates that no guard rejects and whose estimated error lies above what may be served and not above
    /// <see cref="GreyZone"/>. Its word is not taken on trust: how often what it accepts is wrong is learned from the model's own answers, and an
    /// accepted answer is served only where that is within <see cref="MaxErrorRate"/>. It is asked only where the price of the call that it may save,
    /// times the share of candidates that it accepts, is above the price of asking; where a price is not known it is not asked. Take a small
    /// model. Calls are marked as judge's; <c>UseTokenThrift</c> puts gate, policy and metering around the client, elsewhere it must be one that
    /// they wrap. A refusal, a fault or another reply than those asked for is a miss. Not disposed here.
    /// </remarks>
    /// <value>Default: <see langword="null"/>: what is in doubt goes to the model.</value>
    public IChatClient? Verifier { get; set; }

    /// <summary>Gets or sets up to what estimated probability of being wrong a candidate is put to <see cref="Verifier"/>.</summary>
    /// <value>Default: 0.3. Above 0 and at most 0.5.</value>
    public double GreyZone { get; set; } = 0.3;

    /// <summary>Gets or sets where audits are drawn from; a seeded one makes runs repeat themselves. Used under a lock.</summary>
    /// <value>Default: <see langword="null"/>: <see cref="Random.Shared"/>.</value>
    public Random? AuditRandom { get; set; }

    /// <summary>Gets or sets the key of the hashes under which entries are stored: a secret of any length, the same on all machines that share a store.</summary>
    /// <remarks>With it, what is learnt of similar questions is kept in the store too, encrypted: a restart begins where the last process stood, and processes learn from one another.</remarks>
    /// <value>Default: <see langword="null"/>: a key made for this process, and nothing is written to a shared store.</value>
    public string? Secret { get; set; }

    /// <summary>Gets or sets with whom an answer may be shared.</summary>
    /// <value>Default: <see cref="CacheSharing.User"/>.</value>
    public CacheSharing Sharing { get; set; } = CacheSharing.User;

    /// <summary>Gets or sets to how many the model must have given an answer before it is served to another user.</summary>
    /// <remarks>
    /// Of interest where <see cref="Sharing"/> goes beyond one user. With 2, the second user who asks a question is answered by the model, and
    /// only where that answer is not found to differ from the first is a third served. Who got it from the model is served it at once.
    /// </remarks>
    /// <value>Default: 1: an answer is shared at once. Between 1 and 16.</value>
    public int AskersBeforeSharing { get; set; } = 1;

    /// <summary>Gets or sets how long an answer may be served after it was made.</summary>
    /// <value>Default: 24 hours. Above zero.</value>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Gets or sets how long an answer may be served after it was last used, within <see cref="TimeToLive"/>.</summary>
    /// <value>Default: <see langword="null"/>: no such limit. Above zero.</value>
    public TimeSpan? SlidingTimeToLive { get; set; }

    /// <summary>Gets or sets the temperature above which a request that states one is neither cached nor coalesced.</summary>
    /// <value>Default: 0.3. At least 0.</value>
    public float MaxTemperature { get; set; } = 0.3f;

    /// <summary>Gets the names of tools whose calls may be answered from the exact tier: tools that change nothing and whose arguments depend on the request alone.</summary>
    /// <value>Default: none: an answer that calls a tool is not cached.</value>
    [SuppressMessage("Usage", "CA2227", Justification = "Bound from configuration.")]
    public ISet<string> CacheableTools { get; set; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Gets or sets a mark that is part of every key; changing it makes all that was stored unreachable.</summary>
    /// <value>Default: empty.</value>
    public string Epoch { get; set; } = string.Empty;

    /// <summary>Gets or sets a function that gives a key for what a request's raw-representation factory does.</summary>
    /// <value>Default: <see langword="null"/>: a request with such a factory is not cached.</value>
    public Func<ChatOptions, string?>? RawRepresentationKey { get; set; }

    /// <summary>Gets or sets how long a request waits for an identical one that is under way before it asks for itself.</summary>
    /// <value>Default: 60 seconds. Zero: identical requests are not joined.</value>
    public TimeSpan CoalescingWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long a lookup (embedder and index), the comparer, the verifier or the store of what was learnt is waited for; past it, it counts as failed and is stepped over.</summary>
    /// <value>Default: 10 seconds. Above zero and at most 24 days.</value>
    public TimeSpan HelperTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the size of the largest answer that is stored, in characters of its stored form.</summary>
    /// <value>Default: 262,144. At least 1.</value>
    public int MaxAnswerLength { get; set; } = 262_144;

    /// <summary>Gets or sets how many answers one tenant may store in an hour.</summary>
    /// <value>Default: 100,000. At least 1.</value>
    public int MaxWritesPerTenantPerHour { get; set; } = 100_000;

    /// <summary>Gets or sets a hook that protects stored answers, and what is learnt of similar questions, such as encryption.</summary>
    /// <value>Default: <see langword="null"/>: answers are stored as they are, what is learnt encrypted under a key made of <see cref="Secret"/>.</value>
    public ICachePayloadProtector? Protector { get; set; }

    /// <summary>Finds the first setting that is out of its limits.</summary>
    /// <returns>A message that names the property and its limits, or <see langword="null"/> when all is well.</returns>
    public string? Validate() =>
        !Enum.IsDefined(Sharing) ? Wrong(nameof(Sharing), "a defined value", Sharing)
        : !(MaxErrorRate is >= 0 and <= 0.5) ? Wrong(nameof(MaxErrorRate), "between 0 and 0.5", MaxErrorRate)
        : !(GreyZone is > 0 and <= 0.5) ? Wrong(nameof(GreyZone), "above 0 and at most 0.5", GreyZone)
        : !Enum.IsDefined(ErrorRateBasis) ? Wrong(nameof(ErrorRateBasis), "a defined value", ErrorRateBasis)
        : AskersBeforeSharing is < 1 or > 16 ? Wrong(nameof(AskersBeforeSharing), "between 1 and 16", AskersBeforeSharing)
        : !Enum.IsDefined(History) ? Wrong(nameof(History), "a defined value", History)
        : TimeToLive <= TimeSpan.Zero ? Wrong(nameof(TimeToLive), "above zero", TimeToLive)
        : SlidingTimeToLive <= TimeSpan.Zero ? Wrong(nameof(SlidingTimeToLive), "above zero", SlidingTimeToLive)
        : !(MaxTemperature >= 0) ? Wrong(nameof(MaxTemperature), "at least 0", MaxTemperature)
        : Epoch is null ? $"{nameof(Epoch)} must not be null."
        : CacheableTools is null ? $"{nameof(CacheableTools)} must not be null."
        : CoalescingWait < TimeSpan.Zero || CoalescingWait.TotalMilliseconds > int.MaxValue ? Wrong(nameof(CoalescingWait), "between zero and 24 days", CoalescingWait)
        : HelperTimeout <= TimeSpan.Zero || HelperTimeout.TotalMilliseconds > int.MaxValue ? Wrong(nameof(HelperTimeout), "above zero and at most 24 days", HelperTimeout)
        : MaxAnswerLength < 1 ? Wrong(nameof(MaxAnswerLength), "at least 1", MaxAnswerLength)
        : MaxWritesPerTenantPerHour < 1 ? Wrong(nameof(MaxWritesPerTenantPerHour), "at least 1", MaxWritesPerTenantPerHour)
        : null;

    private static string Wrong(string property, string limits, object? value) =>
        FormattableString.Invariant($"{property} must be {limits}, but is {value}.");
}
