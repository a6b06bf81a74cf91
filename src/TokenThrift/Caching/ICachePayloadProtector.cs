namespace TokenThrift.Caching;

/// <summary>Protects answers before they are stored. Safe for concurrent use.</summary>
public interface ICachePayloadProtector
{
    /// <summary>Protects an answer.</summary>
    /// <param name="payload">The stored form of the answer.</param>
    /// <returns>What is stored.</returns>
    string Protect(string payload);

    /// <summary>Undoes <see cref="Protect"/>.</summary>
    /// <param name="stored">What was stored.</param>
    /// <returns>The stored form of the answer; an exception makes the request a miss.</returns>
    string Unprotect(string stored);
}
