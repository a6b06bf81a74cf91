using Microsoft.Extensions.AI;
using TokenThrift.Compression.Retrieval;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Sessions;

/// <summary>
/// Reads what a history holds beyond what is remembered of it: its messages, and its calls as the log tells them. One object a plan; not safe
/// for concurrent use.
/// </summary>
internal sealed class HistoryReplay
{
    private readonly HistoryChain _history;
    private readonly Conversation? _before;
    private readonly SessionLog? _log;
    private readonly Dictionary<int, EpochEntry> _entries;
    private readonly HashSet<int> _missing;
    private readonly Dictionary<int, IReadOnlyList<ChatMessage>> _slots;

    /// <summary>Initializes a new instance of the <see cref="HistoryReplay"/> class.</summary>
    /// <param name="history">The history.</param>
    /// <param name="before">What is remembered of it, or <see langword="null"/>.</param>
    /// <param name="fresh">What it is read into where nothing is remembered.</param>
    /// <param name="log">What the log tells of it, or <see langword="null"/>.</param>
    /// <param name="called">Which models were called, or <see langword="null"/> where it is not known.</param>
    /// <param name="modelId">The model in use.</param>
    public HistoryReplay(HistoryChain history, Conversation? before, Func<Conversation> fresh, SessionLog? log, CalledModels? called, string modelId)
    {
        _history = history;
        _before = before;
        _log = log;
        _entries = (log?.Entries ?? []).GroupBy(entry => entry.Messages).ToDictionary(entries => entries.Key, entries => entries.Last());
        List<int> missing = CallsSince(before, history.Messages);
        _missing = [.. missing];
        WentElsewhere = missing.Count > 0 && (before is null ? missing.TakeLast(1) : missing).All(count => called?.WentElsewhere(history.Keys[count - 1], modelId) == true);
        Conversation = before?.Copy() ?? fresh();
        NewFrom = Conversation.Items.Count;
        _slots = Conversation.TakeExchanges(history.Messages);
    }

    /// <summary>Gets the history as it is sent.</summary>
    public Conversation Conversation { get; }

    /// <summary>Gets the history without its last message, where all of it had to be read, or <see langword="null"/>.</summary>
    public Conversation? Opening { get; private set; }

    /// <summary>Gets how many results there were at the last call.</summary>
    public int NewFrom { get; private set; }

    /// <summary>Gets a value indicating whether all calls of the history were made here.</summary>
    public bool IsComplete => _missing.Count == 0;

    /// <summary>Gets a value indicating whether the calls that were not made here, or the last of a history that is not known at all, went to another model.</summary>
    public bool WentElsewhere { get; }

    /// <summary>Gets a value indicating whether something was decided in the history, as the log tells.</summary>
    public bool HasEntries => _entries.Count > 0;

    /// <summary>Gets what the log says of the call that is about to be made, or <see langword="null"/>.</summary>
    public EpochEntry? Logged => _entries.GetValueOrDefault(_history.Messages.Count);

    /// <summary>Gets a value indicating whether something was decided for calls that were not made here, because nothing tells what was decided then.</summary>
    public bool IsRefolded => _log is null && Conversation.Log.Skip(_before?.Log.Count ?? 0).Any(entry => !entry.IsIdle && entry.Messages < _history.Messages.Count);

    /// <summary>Gets what was decided and is not in the log yet.</summary>
    public IReadOnlyList<EpochEntry> NewEntries => [.. Conversation.Log.Skip(_before?.Log.Count ?? 0).Where(entry => !_entries.ContainsKey(entry.Messages))];

    /// <summary>Lists the calls of a history, by its length then, that are not among those that are remembered.</summary>
    public static List<int> CallsSince(Conversation? known, IReadOnlyList<ChatMessage> messages) =>
        [.. HistoryChain.CallsIn(messages, known?.Count ?? 1).Where(call => call != known?.CalledAt)];

    /// <summary>Reads the messages and books the calls before the one that is about to be made.</summary>
    public void Read(SessionRewriter rewriter, PriceRatios? prices)
    {
        IReadOnlyList<ChatMessage> messages = _history.Messages;
        for (int i = Conversation.Count; i < messages.Count; i++)
        {
            Opening = _before is null && i == messages.Count - 1 && Conversation.Items.Count > 0 ? Conversation.Copy() : null;
            if (HistoryChain.IsCall(messages, i))
            {
                Conversation.Call(rewriter, new CallTerms { Prices = prices, IsLogged = _log is not null || WentElsewhere, Entry = _entries.GetValueOrDefault(i) });
                NewFrom = Conversation.Items.Count;
                if (_missing.Contains(i) && _log?.Exchanges.GetValueOrDefault(i) is { } exchanges)
                {
                    Restore(exchanges, rewriter.Counter);
                }
            }

            Conversation.Add(messages[i], _history.Hashes[i], rewriter, _slots.GetValueOrDefault(i));
        }
    }

    // What the model fetched back after a call that was not made here.
    private void Restore(IReadOnlyList<HiddenExchange> exchanges, ITokenCounter counter)
    {
        Conversation.Exchange(exchanges);
        foreach (HiddenExchange exchange in exchanges.Where(exchange => !exchange.HasOtherCalls))
        {
            Conversation.Retrieved(counter.Count([.. exchange.Full, exchange.Results], null));
        }

        foreach ((int at, IReadOnlyList<ChatMessage> slot) in Conversation.TakeExchanges(_history.Messages))
        {
            _slots[at] = slot;
        }
    }
}
