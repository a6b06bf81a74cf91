namespace TokenThrift.Caching;

/// <summary>Finds the kept questions that are nearest to a new one, inside one partition.</summary>
/// <remarks>
/// A partition is an equality, never a matter of similarity: no implementation may return an entry of another partition, of another
/// encoder or of another number of dimensions. Implementations are safe for concurrent reads and writes.
/// </remarks>
public interface ISemanticIndex
{
    /// <summary>Finds the nearest entries.</summary>
    /// <param name="query">The question and where to look for it.</param>
    /// <param name="count">How many entries to return at most, 1 or more.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The nearest entries that have not expired, the nearest first.</returns>
    ValueTask<IReadOnlyList<SemanticMatch>> SearchAsync(SemanticQuery query, int count, CancellationToken cancellationToken = default);

    /// <summary>Adds an entry, in place of one of the same id in the same partition.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>When it can be found.</returns>
    ValueTask AddAsync(SemanticEntry entry, CancellationToken cancellationToken = default);

    /// <summary>Removes an entry, where it is there.</summary>
    /// <param name="partition">Its partition.</param>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>When it is no longer found.</returns>
    ValueTask RemoveAsync(string partition, string id, CancellationToken cancellationToken = default);

    /// <summary>Removes all entries.</summary>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>When none is found any longer.</returns>
    ValueTask ClearAsync(CancellationToken cancellationToken = default);
}
