namespace TokenThrift.Lessons;

/// <summary>Where lessons are kept beyond the process, so that only those read them who may. Safe for concurrent use.</summary>
internal interface ILessonStore
{
    /// <summary>Reads a text; null where there is none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="InvalidDataException">There is something, and it cannot be read: it was written under a key that is not known, or was damaged.</exception>
    ValueTask<string?> ReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Writes a text.</summary>
    /// <param name="key">The key.</param>
    /// <param name="text">The text.</param>
    /// <param name="life">How long it is kept; above zero.</param>
    /// <param name="tags">The tags that end it, where the store knows tags.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    ValueTask WriteAsync(string key, string text, TimeSpan life, IReadOnlyCollection<string> tags, CancellationToken cancellationToken);
}
