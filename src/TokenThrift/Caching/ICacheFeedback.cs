namespace TokenThrift.Caching;

/// <summary>Takes word that an answer from the cache was wrong. Found through <c>GetService</c>. Safe for concurrent use.</summary>
public interface ICacheFeedback
{
    /// <summary>Reports a hit as wrong: its answer is not served for that question again, and the policy learns from it.</summary>
    /// <remarks>
    /// An exact entry is removed; the model may give the same answer anew, and then it is served to identical requests again. Text that was equal
    /// after folding is no longer joined. A similar question, or an equal one, never gets that answer, or one that was found to say the same, on likeness again: this is
    /// kept with the answers, under a keyed hash, without an end (ten years), until the tag of the whole cache or a new <see cref="SemanticCachingOptions.Epoch"/>
    /// ends it. With a <see cref="SemanticCachingOptions.Secret"/> and a second level it holds for all processes that share them and after a
    /// restart; without, as long as the first level in this process keeps it, and
    /// the report must be made to the process that served the hit, which remembers the latest 8,192. Only that process's policy learns from it.
    /// </remarks>
    /// <param name="hitId"><see cref="CacheHit.HitId"/> of the response.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>
    /// Whether it is done: <see langword="false"/> where the hit is not remembered or was reported before, and where the store failed, which is logged; then
    /// the policy has learned, and the report can be made again.
    /// </returns>
    ValueTask<bool> ReportWrongAsync(string hitId, CancellationToken cancellationToken = default);
}
