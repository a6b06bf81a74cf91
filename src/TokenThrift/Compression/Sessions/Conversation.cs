using Microsoft.Extensions.AI;
using TokenThrift.Compression.Retrieval;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Sessions;

/// <summary>
/// A history as it was sent: a fold over its messages and calls. A copy is taken before each call, so that histories
/// with the same opening can go different ways. Not safe for concurrent use, but for what comes with the answer: copies may be taken meanwhile.
/// </summary>
internal sealed class Conversation
{
    private readonly Lock _answerLock = new();
    private readonly List<UInt128> _chain;
    private readonly List<MessageKind> _kinds;
    private readonly List<string?> _names;
    private readonly Dictionary<string, FunctionCallContent> _calls;
    private readonly Dictionary<string, int> _touched;
    private readonly ConversationState _state;
    private readonly ResultLinks _links;
    private NameSet _spoken = NameSet.Empty;
    private string? _query;
    private long _tokensBefore;
    private int _countedBefore;
    private int _counted;
    private int _groups;
    private int _results;
    private int _seen;

    public Conversation()
    {
        _chain = [];
        _kinds = [];
        _names = [];
        _calls = new(StringComparer.Ordinal);
        _touched = new(StringComparer.Ordinal);
        _state = new ConversationState(new ResultList(), new SentMessages());
        _links = new ResultLinks();
        Account = new SessionAccount();
    }

    private Conversation(Conversation other)
    {
        _chain = [.. other._chain];
        _kinds = [.. other._kinds];
        _names = [.. other._names];
        _calls = new(other._calls, StringComparer.Ordinal);
        _touched = new(other._touched, StringComparer.Ordinal);
        _state = new ConversationState(other._state.Results.Copy(), other._state.Sent.Copy());
        _links = other._links.Copy();
        _spoken = other._spoken;
        _query = other._query;
        _tokensBefore = other._tokensBefore;
        _countedBefore = other._countedBefore;
        _counted = other._counted;
        _groups = other._groups;
        _results = other._results;
        _seen = other._seen;
        Account = other.Account.Copy();
        HasHandles = other.HasHandles;
        IsOff = other.IsOff;
        CalledAt = other.CalledAt;
        ToolTokens = other.ToolTokens;
        Exchanges = other.Exchanges;
        ExchangedAt = other.ExchangedAt;
        Log = other.Log;
        Last = other.Last;
    }

    public int Count => _state.Sent.Count;

    /// <summary>Gets the messages as they are sent.</summary>
    public IReadOnlyList<ChatMessage> Sent => _state.Sent.All;

    /// <summary>Gets the messages of the last call as they were sent, until the next one is booked; none before the first.</summary>
    public IReadOnlyList<ChatMessage> LastPrompt => _state.Sent.Before(Math.Max(0, CalledAt));

    public IReadOnlyList<ResultItem> Items => _state.Results.Items;

    public UInt128 Key => _chain.Count == 0 ? 0 : _chain[^1];

    public SessionAccount Account { get; }

    /// <summary>Gets how many messages the last call held.</summary>
    public int CalledAt { get; private set; } = -1;

    public bool HasHandles { get; private set; }

    /// <summary>Gets a value indicating whether no more epochs are paid for in this session.</summary>
    public bool IsOff { get; private set; }

    /// <summary>Gets the tokens of the retrieve tool's definition.</summary>
    public int ToolTokens { get; init; }

    /// <summary>Gets what the model fetched back while it answered the last call.</summary>
    public IReadOnlyList<HiddenExchange> Exchanges { get; private set; } = [];

    /// <summary>Gets at which lengths of the history the model fetched something back, in order.</summary>
    public IReadOnlyList<int> ExchangedAt { get; private set; } = [];

    /// <summary>Gets what was decided in this history, in order.</summary>
    public IReadOnlyList<EpochEntry> Log { get; private set; } = [];

    /// <summary>Gets what was decided before the last call, or <see langword="null"/> for nothing.</summary>
    public EpochEntry? Decided { get; private set; }

    /// <summary>Gets or sets when and with which tools the model was called last, or <see langword="null"/> before the first call.</summary>
    public LastCall? Last { get; set; }

    /// <summary>Gets the results of which the last call took something out.</summary>
    public IReadOnlyList<ResultItem> NewlyRemoved => Decided is null ? [] : [.. _state.Results.IndicesOf([.. Decided.Folded, .. Decided.Replaced]).Select(i => Items[i])];

    public Conversation Copy()
    {
        lock (_answerLock)
        {
            return new Conversation(this);
        }
    }

    /// <summary>Takes in what the model fetched back while it answered the last call, once the answer is complete.</summary>
    public void Exchange(IReadOnlyList<HiddenExchange> exchanges)
    {
        lock (_answerLock)
        {
            Exchanges = exchanges;
            ExchangedAt = exchanges.Count == 0 || (ExchangedAt.Count > 0 && ExchangedAt[^1] == CalledAt) ? ExchangedAt : [.. ExchangedAt, CalledAt];
        }
    }

    /// <summary>Takes out what was fetched back during the last call, to be put among the messages that follow.</summary>
    /// <param name="messages">The whole history.</param>
    public Dictionary<int, IReadOnlyList<ChatMessage>> TakeExchanges(IReadOnlyList<ChatMessage> messages)
    {
        IReadOnlyList<HiddenExchange> exchanges = Exchanges;
        if (exchanges.Count == 0 || messages.Count == Count)
        {
            return [];
        }

        Exchanges = [];
        return HiddenExchange.Restore(exchanges, messages, Count);
    }

    /// <summary>Says whether the answers carry the names that they had here, or got one that they did not have.</summary>
    /// <param name="messages">A history with the same opening.</param>
    public bool HasNamesOf(IReadOnlyList<ChatMessage> messages)
    {
        for (int i = 0; i < _names.Count; i++)
        {
            if (_names[i] is { } name && name != messages[i].AuthorName)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Counts the messages as the application sent them; each once, however often the conversation is called with.</summary>
    public int CountBefore(IReadOnlyList<ChatMessage> messages, ITokenCounter counter)
    {
        for (; _counted < messages.Count; _counted++)
        {
            _countedBefore = checked(_countedBefore + counter.CountMessage(messages[_counted]));
        }

        return _countedBefore;
    }

    /// <summary>Counts the messages as they are sent.</summary>
    public int CountAfter(ITokenCounter counter) => _state.Sent.CountWith(counter);

    public string? FindOriginal(string reference) => Items.FirstOrDefault(item => item.Reference == reference)?.Original;

    /// <summary>Says whether a reference stands in what the application sent or in what we made of it.</summary>
    public bool Mentions(string reference) => _state.Sent.Mentions(reference);

    public void Add(ChatMessage message, UInt128 hash, SessionRewriter rewriter, IReadOnlyList<ChatMessage>? inPlace = null)
    {
        _chain.Add(MessageHash.Chain(Key, hash));
        _names.Add(message.Role == ChatRole.Assistant ? message.AuthorName : null);
        bool isFirstFromUser = message.Role == ChatRole.User && _query is null;
        Heard heard = rewriter.Hear(message, hash);
        _kinds.Add(MessageKinds.Of(message, isFirstFromUser, heard.StatesRule));
        if (message.Role == ChatRole.User && (isFirstFromUser || !string.IsNullOrWhiteSpace(message.Text)))
        {
            _query = message.Text;
        }

        Listen(message, heard);
        int from = Items.Count;
        bool isPinned = message.AdditionalProperties?.ContainsKey(PromptCompressionOptions.PinKey) ?? false;
        for (int i = 0; i < message.Contents.Count; i++)
        {
            _results += message.Contents[i] is FunctionResultContent ? 1 : 0;
            if (!isPinned && message.Contents[i] is FunctionResultContent result && ToolResultText.Of(result.Result) is { } text)
            {
                _calls.TryGetValue(result.CallId, out FunctionCallContent? call);
                if (call is not null && RetrieveTool.IsCall(call))
                {
                    // A loop below us has answered it: taking out again what was fetched back would have it fetched for ever.
                    continue;
                }

                _state.Results.Add(rewriter.Read(text, ToolResultText.IsWrapped(result.Result) ? ContentText.OfResult(result.Result) : text, result.CallId, call, _query, Count, i, _groups, _results));
            }
        }

        ChatMessage sent = SessionRewriter.Render(message, Items, from, item => item.Ingested.Saved.Count == 0 ? null : item.Ingested.Text);
        int before = rewriter.Count(message, hash);
        _tokensBefore += before;
        if (inPlace is null)
        {
            _state.Sent.Add([sent], ReferenceEquals(sent, message) ? before : rewriter.Count(sent));
            return;
        }

        // What was fetched back stands before the message, or in its place, with the message in its own full form.
        IReadOnlyList<ChatMessage> slot = [.. inPlace.Select(m => ReferenceEquals(m, message) ? sent : m)];
        _state.Sent.Add(slot, slot.Sum(rewriter.Count));
    }

    /// <summary>Books a call over the messages so far, and takes out before it what pays, or what the log says.</summary>
    /// <param name="rewriter">The rewriter.</param>
    /// <param name="terms">What is known of the call.</param>
    public void Call(SessionRewriter rewriter, in CallTerms terms)
    {
        if (CalledAt == Count)
        {
            return;
        }

        CalledAt = Count;
        ResultList results = _state.Results;
        SentMessages sent = _state.Sent;
        // What the log says was cold then is booked so again, or the account would be another one after a restart.
        bool isCold = terms.Cold is not null || terms.Entry?.WasCold == true;
        long prefix = isCold ? 0 : Account.LastSent;
        bool mayDecide = !terms.IsLogged && !terms.IsKeeping && terms.Prices is not null && !IsOff;
        bool goesOff = mayDecide && !isCold && Account.IsLosing;

        _links.Link(results, sent, rewriter);
        IReadOnlyList<int> folded = terms.IsLogged ? results.IndicesOf(terms.Entry?.Folded ?? [])
            : mayDecide && !goesOff ? Folding.Choose(results, _seen, prefix, terms.Prices!.Value, Account, HasHandles ? 0 : ToolTokens, terms.IsPressed, rewriter) : [];
        _seen = results.Count;
        Folding.Apply(folded, results, sent, rewriter);
        prefix = Hand(folded.Count > 0, prefix);
        _links.IndexUnfolded(results);

        List<EpochCandidate> candidates = StaleResults.Find(results, sent, _spoken, _touched, _groups, rewriter);
        bool isFull = !terms.IsLogged && IsOver(terms.Limit);
        IReadOnlyList<int> replaced = terms.IsLogged ? results.IndicesOf(terms.Entry?.Replaced ?? [])
            : isFull && !terms.IsKeeping && terms.Prices is not null ? [.. candidates.Select(candidate => candidate.Item)]
            : mayDecide && !goesOff ? Choose(candidates, terms, rewriter) : [];
        if (replaced.Count > 0)
        {
            prefix = Hand(true, Math.Min(prefix, sent.TokensBefore(results[replaced[0]].Message) + Tool));
            replaced = StaleResults.Replace(replaced, results, sent, _spoken, _groups, rewriter);
            _links.LinkAgain([.. replaced], results, sent, rewriter);
        }

        IReadOnlyList<int> dropped = terms.IsLogged ? terms.Entry?.Dropped ?? []
            : isFull && terms.Limit is { } limit && IsOver(limit) ? GroupDrop.Choose(_kinds, sent.TokensEach, limit - Tool, rewriter.KeepGroups) : [];
        string? summary = terms.IsLogged ? terms.Entry?.Summary : terms.Summary;
        if (dropped.Count > 0)
        {
            prefix = Math.Min(prefix, sent.TokensBefore(dropped[0]) + Tool);
            sent.Drop(dropped, summary, rewriter.Count);
            if (!terms.IsLogged && summary is not null && IsOver(terms.Limit))
            {
                summary = null;
                sent.Drop(dropped, summary, rewriter.Count);
            }

            HashSet<int> gone = [.. Enumerable.Range(0, results.Count).Where(i => dropped.Contains(results[i].Message))];
            foreach (int i in gone)
            {
                results.Remove(i);
            }

            _links.LinkAgain(gone, results, sent, rewriter);
        }

        Account.Book(terms.Prices, _tokensBefore, sent.Tokens + Tool, prefix, isCold, replaced.Count > 0);
        Decide(terms, results.OrdinalsOf(folded), results.OrdinalsOf(replaced), dropped, dropped.Count > 0 ? summary : null, goesOff, isFull);
    }

    /// <summary>Takes in what the provider reported of the last call.</summary>
    /// <param name="input">The input tokens, or <see langword="null"/>.</param>
    /// <param name="cached">Those of them that it read from its cache, or <see langword="null"/>.</param>
    public void Report(long? input, long? cached)
    {
        lock (_answerLock)
        {
            if (Last is not { } last)
            {
                return;
            }

            bool isTold = cached is not null && Account.Last is { Prefix: > 0 };
            Last = last with { Reported = input ?? 0, Missed = isTold ? cached == 0 : last.Missed };
            if (isTold)
            {
                Account.Correct(cached!.Value);
            }
        }
    }

    /// <summary>Books a round trip that only fetched content back.</summary>
    /// <param name="tokens">The tokens that it added to the prompt.</param>
    public void Retrieved(long tokens)
    {
        lock (_answerLock)
        {
            Account.Retrieved(tokens);
        }
    }

    /// <summary>Says whether the messages are more than a limit, in tokens.</summary>
    public bool IsOver(long? limit) => _state.Sent.Tokens + Tool > limit;

    private int Tool => HasHandles ? ToolTokens : 0;

    // The first reference brings the tool, which stands before all messages: nothing of the prefix is left.
    private long Hand(bool isNeeded, long prefix)
    {
        long kept = isNeeded && !HasHandles ? 0 : prefix;
        HasHandles |= isNeeded;
        return kept;
    }

    private IReadOnlyList<int> Choose(List<EpochCandidate> candidates, in CallTerms terms, SessionRewriter rewriter)
    {
        int first = EpochPolicy.FirstToReplace(candidates, new EpochAccount
        {
            Read = terms.Prices!.Value.Read,
            Write = terms.Prices.Value.Write,
            PromptTokens = _state.Sent.Tokens + Tool,
            ToolTokens = ToolTokens,
            HasHandles = HasHandles,
            IsBreakFree = terms.Cold is not null,
            CallsExpected = Account.Calls,
            Balance = Account.Balance,
            Spent = Account.Spent,
            RegretPerThousand = rewriter.RegretPerThousand,
            RetrievalPerThousand = rewriter.RetrievalPerThousand,
        });
        return first < 0 ? [] : [.. candidates.Skip(first).Select(candidate => candidate.Item)];
    }

    private void Decide(in CallTerms terms, IReadOnlyList<int> folded, IReadOnlyList<int> replaced, IReadOnlyList<int> dropped, string? summary, bool goesOff, bool isFull)
    {
        Decided = terms.IsLogged ? terms.Entry
            : goesOff ? new EpochEntry(Count, EpochReason.Off, folded, replaced, dropped) { Summary = summary }
            // That nothing was sent here before must be known after a restart too, or old calls would be taken for this model's own.
            : folded.Count + replaced.Count + dropped.Count == 0 ? (terms.Cold == EpochReason.Switched ? new EpochEntry(Count, EpochReason.Switched, [], [], []) : null)
            : new EpochEntry(Count, isFull ? EpochReason.Full : replaced.Count == 0 && Account.Last!.Prefix > 0 ? EpochReason.New : terms.Cold ?? EpochReason.Paid, folded, replaced, dropped) { Summary = summary };
        if (Decided is not null)
        {
            IsOff |= Decided.Reason == EpochReason.Off;
            Log = [.. Log, Decided];
        }
    }

    // What the application and the model say stays as it is, so a digest need not repeat it.
    private void Listen(ChatMessage message, Heard heard)
    {
        bool hasCalls = false;
        foreach (FunctionCallContent call in message.Contents.OfType<FunctionCallContent>())
        {
            hasCalls = true;
            _calls[call.CallId] = call;
            if (Passes.FileContent.PathOf(call.Arguments) is { } path)
            {
                _touched[path] = _groups;
            }
        }

        _groups += hasCalls ? 1 : 0;
        _spoken = _spoken.With(heard.Names);
    }
}
