using Microsoft.Extensions.AI;
using TokenThrift.Compression.Retrieval;

namespace TokenThrift.Compression.Sessions;

/// <summary>
/// What was decided in conversations, and what the model fetched back in them, kept beside the originals: with it, the same history gives the
/// same bytes in another process, whatever the clock, the cache or the prices were.
/// </summary>
/// <remarks>
/// Each entry has a key of its own, made of the fingerprint of the history up to it, and is never changed: processes that write at the same
/// moment, to one conversation or to two with the same opening, cannot take anything from one another. An entry holds those before it, so that the newest tells all. It is looked for
/// from the newest call of the history backwards, and only where a mark under the opening says that there are any. Safe for concurrent use.
/// </remarks>
internal sealed class EpochLog(CompressionStore store, string modelId)
{
    // Of another version nothing is read: a log that is lost costs one break of the provider's cache.
    private const string Mark = "3";

    private const char ExchangesMark = 'x';

    // So many calls are asked about at once.
    private const int AtOnce = 16;

    /// <summary>Reads what belongs to a history; <see langword="null"/> when there is no log.</summary>
    public async ValueTask<SessionLog?> ReadAsync(string scope, IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken)
    {
        if (await store.FindLatestAsync(scope, NameOf(messages), cancellationToken).ConfigureAwait(false) != Mark)
        {
            return null;
        }

        List<int> calls = [.. HistoryChain.CallsIn(messages), messages.Count];
        Dictionary<int, string> prints = HistoryPrints.Of(messages, calls);
        string lineage = string.Empty;
        var exchanges = new Dictionary<int, IReadOnlyList<HiddenExchange>>();
        for (int end = calls.Count; end > 0 && lineage.Length == 0; end -= AtOnce)
        {
            int[] asked = [.. calls.Take(end).TakeLast(AtOnce).Reverse()];
            string?[] entries = await Task.WhenAll(asked.Select(call => FindAsync(scope, EntryOf(prints[call]), cancellationToken))).ConfigureAwait(false);
            int found = Array.FindIndex(entries, entry => entry is not null);
            lineage = found < 0 ? string.Empty : entries[found]!;
            await FetchAsync(scope, found < 0 ? asked : asked[..(found + 1)], prints, exchanges, cancellationToken).ConfigureAwait(false);
        }

        string[] lines = lineage.Split('\n');
        int[] earlier = [.. lines.Select(line => EpochLine.Numbers(line, ExchangesMark)).OfType<int[]>().SelectMany(lengths => lengths).Where(length => prints.ContainsKey(length) && !exchanges.ContainsKey(length))];
        await FetchAsync(scope, earlier, prints, exchanges, cancellationToken).ConfigureAwait(false);
        return new SessionLog(
            [.. lines.Select(EpochLine.Parse).OfType<(string Print, EpochEntry Entry)>().Where(line => prints.GetValueOrDefault(line.Entry.Messages) == line.Print).Select(line => line.Entry)],
            exchanges);
    }

    /// <summary>Adds what was decided before a call; a throw means that it may not have been written.</summary>
    /// <param name="scope">Whose conversation it is.</param>
    /// <param name="messages">The history.</param>
    /// <param name="plan">What is to be sent.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async ValueTask AppendAsync(string scope, IReadOnlyList<ChatMessage> messages, CompressionPlan plan, CancellationToken cancellationToken)
    {
        if (plan.NewEntries.Count == 0)
        {
            return;
        }

        IReadOnlyList<EpochEntry> log = plan.Conversation.Log;
        Dictionary<int, string> prints = HistoryPrints.Of(messages, [.. log.Select(entry => entry.Messages)]);
        int newest = plan.NewEntries.Max(entry => entry.Messages);
        string lineage = string.Join(
            '\n',
            [.. log.Where(entry => entry.Messages <= newest).Select(entry => EpochLine.Write(entry, prints[entry.Messages], plan.Prices)), ExchangesMark + string.Join(',', plan.Conversation.ExchangedAt)]);
        await store.KeepAsync(scope, EntryOf(prints[newest]), lineage, cancellationToken).ConfigureAwait(false);
        await store.KeepAsync(scope, NameOf(messages), Mark, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds what the model fetched back in a call; a throw means that it may not have been written.</summary>
    /// <param name="scope">Whose conversation it is.</param>
    /// <param name="messages">The history of the call.</param>
    /// <param name="exchanges">What was fetched back, in order; none writes nothing.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async ValueTask AppendAsync(string scope, IReadOnlyList<ChatMessage> messages, IReadOnlyList<HiddenExchange> exchanges, CancellationToken cancellationToken)
    {
        if (exchanges.Count > 0)
        {
            string name = ExchangesOf(HistoryPrints.Of(messages, [messages.Count])[messages.Count]);
            await store.KeepAsync(scope, name, string.Join('\n', exchanges.Select(ExchangeLine.Write)), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FetchAsync(string scope, int[] calls, Dictionary<int, string> prints, Dictionary<int, IReadOnlyList<HiddenExchange>> exchanges, CancellationToken cancellationToken)
    {
        string?[] texts = await Task.WhenAll(calls.Select(call => FindAsync(scope, ExchangesOf(prints[call]), cancellationToken))).ConfigureAwait(false);
        for (int i = 0; i < calls.Length; i++)
        {
            if (texts[i] is { } text && text.Split('\n').Select(ExchangeLine.Parse).ToList() is var read && read.TrueForAll(exchange => exchange is not null))
            {
                exchanges[calls[i]] = [.. read.OfType<HiddenExchange>()];
            }
        }
    }

    private Task<string?> FindAsync(string scope, string name, CancellationToken cancellationToken) => store.FindAsync(scope, name, cancellationToken).AsTask();

    private string EntryOf(string print) => $"epoch-{print}-{modelId}";

    private string ExchangesOf(string print) => $"fetched-{print}-{modelId}";

    // Up to and with the first message of the user: what all histories of a conversation share.
    private string NameOf(IReadOnlyList<ChatMessage> messages)
    {
        int opening = 0;
        while (opening < messages.Count && messages[opening].Role != ChatRole.User)
        {
            opening++;
        }

        int count = Math.Min(messages.Count, opening + 1);
        return $"log-{HistoryPrints.Of(messages, [count])[count]}-{modelId}";
    }
}
