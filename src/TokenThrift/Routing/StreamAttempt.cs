using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>One model's stream: what has come so far, and the rest of it.</summary>
internal sealed class StreamAttempt : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly IAsyncEnumerator<ChatResponseUpdate> _updates;

    private StreamAttempt(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationTokenSource stop)
    {
        _updates = updates;
        _stop = stop;
    }

    /// <summary>Gets what has come so far.</summary>
    public List<ChatResponseUpdate> Held { get; } = [];

    public bool HasEnded { get; private set; }

    /// <summary>Opens a stream and reads it up to its first content, or further where it is held back. A role or a usage alone commits nobody to anything.</summary>
    /// <param name="source">The stream, made with the token that it is given.</param>
    /// <param name="hold">How many characters to read before anything may be shown; <see langword="null"/> for no more than the first content.</param>
    /// <param name="firstToken">The time limit to the first content.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tryToken">Ends the opening, and is not heeded afterwards.</param>
    /// <param name="cancellationToken">Ends the stream at any time.</param>
    /// <exception cref="TimeoutException">The first content did not come in time.</exception>
    public static async ValueTask<StreamAttempt> OpenAsync(
        Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> source,
        long? hold,
        TimeSpan firstToken,
        TimeProvider time,
        CancellationToken tryToken,
        CancellationToken cancellationToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        StreamAttempt? attempt = null;
        try
        {
            using CancellationTokenRegistration over = tryToken.Register(Cancel, stop);
            attempt = new StreamAttempt(source(stop.Token).GetAsyncEnumerator(stop.Token), stop);
            await attempt.ReadFirstAsync(firstToken, time).ConfigureAwait(false);
            if (hold is { } characters)
            {
                await attempt.HoldAsync(characters).ConfigureAwait(false);
            }

            return attempt;
        }
        catch
        {
            if (attempt is not null)
            {
                await attempt.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                stop.Dispose();
            }

            throw;
        }
    }

    /// <summary>Reads one update and holds it.</summary>
    /// <returns>The update, or <see langword="null"/> at the end.</returns>
    public async ValueTask<ChatResponseUpdate?> ReadAsync()
    {
        if (HasEnded || !await _updates.MoveNextAsync().ConfigureAwait(false))
        {
            HasEnded = true;
            return null;
        }

        Held.Add(_updates.Current);
        return _updates.Current;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _updates.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _stop.Dispose();
        }
    }

    private static void Cancel(object? source) => ((CancellationTokenSource)source!).Cancel();

    private async ValueTask ReadFirstAsync(TimeSpan limit, TimeProvider time)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using CancellationTokenRegistration late = timer.Token.Register(Cancel, _stop);
        try
        {
            while (await ReadAsync().ConfigureAwait(false) is { } update && !IsContent(update))
            {
            }
        }
        catch (OperationCanceledException e) when (timer.IsCancellationRequested)
        {
            throw new TimeoutException($"No first token came within {limit}.", e);
        }
    }

    // Tool calls have no text to count, so an answer that calls tools is held whole.
    private async ValueTask HoldAsync(long characters)
    {
        long seen = 0;
        foreach (ChatResponseUpdate update in Held)
        {
            seen += update.Text.Length;
        }

        while (seen < characters && await ReadAsync().ConfigureAwait(false) is { } update)
        {
            seen += update.Text.Length;
        }
    }

    private static bool IsContent(ChatResponseUpdate update)
    {
        foreach (AIContent content in update.Contents)
        {
            if (content is not (UsageContent or TextContent { Text.Length: 0 } or TextReasoningContent { Text.Length: 0 }))
            {
                return true;
            }
        }

        return false;
    }
}
