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

    /// <summary>Opens a stream and reads it up to its first content: a role or a usage alone commits nobody to anything.</summary>
    /// <param name="client">The leg's client.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options.</param>
    /// <param name="tryToken">Ends the opening, and is not heeded afterwards.</param>
    /// <param name="cancellationToken">Ends the stream at any time.</param>
    public static async ValueTask<StreamAttempt> OpenAsync(
        IChatClient client, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken tryToken, CancellationToken cancellationToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        StreamAttempt? attempt = null;
        try
        {
            using CancellationTokenRegistration _ = tryToken.Register(static s => ((CancellationTokenSource)s!).Cancel(), stop);
            attempt = new StreamAttempt(client.GetStreamingResponseAsync(messages, options, stop.Token).GetAsyncEnumerator(stop.Token), stop);
            while (await attempt.ReadAsync().ConfigureAwait(false) is { } update && !IsContent(update))
            {
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

    /// <summary>Reads on, showing nothing yet, to the end or to a number of characters.</summary>
    public async ValueTask HoldAsync(int? characters, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using CancellationTokenRegistration late = timer.Token.Register(static s => ((CancellationTokenSource)s!).Cancel(), _stop);
        using CancellationTokenRegistration stopped = cancellationToken.Register(static s => ((CancellationTokenSource)s!).Cancel(), _stop);
        long seen = 0;
        foreach (ChatResponseUpdate update in Held)
        {
            seen += update.Text.Length;
        }

        while ((characters is not { } most || seen < most) && await ReadAsync().ConfigureAwait(false) is { } update)
        {
            seen += update.Text.Length;
        }
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
