namespace TokenThrift.Caching;

/// <summary>Takes word that an answer from the cache was wrong. Found through <c>GetService</c>. Safe for concurrent use.</summary>
public interface ICacheFeedback
{
    /// <summary>Reports a hit as wrong: its answer is not served for that question again, and the policy learns from it.</summary>
    /// <param name="hitId"><see cref="CacheHit.HitId"/> of the response.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>Whether the hit was still remembered.</returns>
    ValueTask<bool> ReportWrongAsync(string hitId, CancellationToken cancellationToken = default);
}
