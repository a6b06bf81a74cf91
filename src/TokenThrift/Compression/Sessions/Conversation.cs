using Microsoft.Extensions.AI;
using TokenThrift.Compression.References;
using TokenThrift.Compression.Retrieval;
using TokenThrift.Requests;

namespace TokenThrift.Compression.Sessions;

/// <summary>
/// A history as it was sent: a fold over its messages and calls. A copy is taken before each call, so that histories
/// with the same opening can go different ways. Not safe for concurrent use.
/// </summary>
internal sealed class Conversation
{
    private readonly List<UInt128> _chain;
    private readonly List<IReadOnlyList<ChatMessage>> _sent;
    private readonly List<int> _tokens;
    private readonly List<ResultItem> _items;
    private readonly List<long> _waste;
    private readonly Dictionary<string, FunctionCallContent> _calls;

    // The group of tool calls that last named a path, by path.
    private readonly Dictionary<string, int> _mentions;
    private long _tokensBefore;
    private long _lastBefore;
    private long _lastSent;
    private int _groups;
    private int _callCount;
    private int _seenItems;
    private int _linkedItems;
    private int _indexedItems;
    private int _results;
    private string? _query;
    private LineIndex _index = LineIndex.Empty;

    public Conversation()
    {
        _chain = [];
        _sent = [];
        _tokens = [];
        _items = [];
        _waste = [];
        _calls = new(StringComparer.Ordinal);
        _mentions = new(StringComparer.Ordinal);
    }

    private Conversation(Conversation other)
    {
        _chain = [.. other._chain];
        _sent = [.. other._sent];
        _tokens = [.. other._tokens];
        _items = [.. other._items];
        _waste = [.. other._waste];
        _calls = new(other._calls, StringComparer.Ordinal);
        _mentions = new(other._mentions, StringComparer.Ordinal);
        _tokensBefore = other._tokensBefore;
        _lastBefore = other._lastBefore;
        _lastSent = other._lastSent;
        _groups = other._groups;
        _callCount = other._callCount;
        _seenItems = other._seenItems;
        _linkedItems = other._linkedItems;
        _indexedItems = other._indexedItems;
        _results = other._results;
        _query = other._query;
        _index = other._index;
        HasHandles = other.HasHandles;
        Balance = other.Balance;
        Spent = other.Spent;
        CalledAt = other.CalledAt;
        ToolTokens = other.ToolTokens;
        Exchanges = other.Exchanges;
    }

    public int Count => _sent.Count;

    /// <summary>Gets the messages as they are sent.</summary>
    public IReadOnlyList<ChatMessage> Sent => [.. _sent.SelectMany(slot => slot)];

    public IReadOnlyList<ResultItem> Items => _items;

    public UInt128 Key => _chain.Count == 0 ? 0 : _chain[^1];

    /// <summary>Gets how many messages the last call held.</summary>
    public int CalledAt { get; private set; } = -1;

    public bool HasHandles { get; private set; }

    public Int128 Balance { get; private set; }

    public Int128 Spent { get; private set; }

    /// <summary>Gets the tokens of the retrieve tool's definition.</summary>
    public int ToolTokens { get; init; }

    /// <summary>Gets or sets what the model fetched back while it answered the last call; set once the answer is complete.</summary>
    public IReadOnlyList<HiddenExchange> Exchanges { get; set; } = [];

    /// <summary>Gets the results that the last epoch removed.</summary>
    public IReadOnlyList<ResultItem> NewlyRemoved { get; private set; } = [];

    public Conversation Copy() => new(this);

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

    public string? FindOriginal(string reference) => _items.Find(item => item.Reference == reference)?.Original;

    /// <summary>Says whether a reference stands in what the application sent or in what we made of it.</summary>
    public bool Mentions(string reference) => _sent.SelectMany(slot => slot).SelectMany(message => message.Contents).Any(content =>
        (content is FunctionResultContent result && ContentText.Of(result.Result).Contains(reference, StringComparison.Ordinal))
        || (content is TextContent text && text.Text.Contains(reference, StringComparison.Ordinal)));

    public void Add(ChatMessage message, UInt128 hash, SessionRewriter rewriter, IReadOnlyList<ChatMessage>? inPlace = null)
    {
        _chain.Add(MessageHash.Chain(Key, hash));
        bool hasCalls = false;
        foreach (FunctionCallContent call in message.Contents.OfType<FunctionCallContent>())
        {
            hasCalls = true;
            _calls[call.CallId] = call;
        }

        _groups += hasCalls ? 1 : 0;
        if (hasCalls)
        {
            string[] arguments = [.. message.Contents.OfType<FunctionCallContent>().Select(call => ContentText.OfArguments(call.Arguments))];
            foreach (string path in _mentions.Keys.ToArray())
            {
                if (Array.Exists(arguments, argument => argument.Contains(path, StringComparison.Ordinal)))
                {
                    _mentions[path] = _groups;
                }
            }
        }

        if (message.Role == ChatRole.User && !string.IsNullOrWhiteSpace(message.Text))
        {
            _query = message.Text;
        }

        int from = _items.Count;
        bool isPinned = message.AdditionalProperties?.ContainsKey(PromptCompressionOptions.PinKey) ?? false;
        for (int i = 0; i < message.Contents.Count; i++)
        {
            _results += message.Contents[i] is FunctionResultContent ? 1 : 0;
            if (!isPinned && message.Contents[i] is FunctionResultContent { Exception: null } result && ToolResultText.Of(result.Result) is { } text)
            {
                _calls.TryGetValue(result.CallId, out FunctionCallContent? call);
                _items.Add(rewriter.Read(text, result.CallId, call, _query, _sent.Count, i, _groups, _results));
                _waste.Add(0);
                if (_items[^1].Path is { } named)
                {
                    _mentions[named] = _groups;
                }
            }
        }

        ChatMessage sent = SessionRewriter.Render(message, _items, from, item => item.Ingested.Saved.Count == 0 ? null : item.Ingested.Text);
        int before = rewriter.Count(message, hash);
        _tokensBefore += before;
        if (inPlace is null)
        {
            _tokens.Add(ReferenceEquals(sent, message) ? before : rewriter.Count(sent));
            _sent.Add([sent]);
            return;
        }

        // What was fetched back stands before the message, or in its place, with the message in its own full form.
        _sent.Add([.. inPlace.Select(m => ReferenceEquals(m, message) ? sent : m)]);
        _tokens.Add(_sent[^1].Sum(rewriter.Count));
    }

    /// <summary>Books a call over the messages so far and decides whether old results are replaced before it.</summary>
    /// <returns>Whether an epoch took place.</returns>
    public bool Call(SessionRewriter rewriter, PriceRatios? prices, bool isBreakFree)
    {
        if (CalledAt == Count)
        {
            return false;
        }

        CalledAt = Count;
        NewlyRemoved = [];
        bool isEpoch = false;
        Link(rewriter);
        long prompt = _tokens.Sum(t => (long)t) + (HasHandles ? ToolTokens : 0);
        long prefix = isBreakFree ? 0 : _lastSent;
        if (prices is { } price)
        {
            prefix = Fold(rewriter, price, prefix, ref isEpoch);
            IndexFolds();
            prompt = _tokens.Sum(t => (long)t) + (HasHandles ? ToolTokens : 0);
            int first = Candidates(rewriter, out List<int> indices, out List<EpochCandidate> candidates) ? EpochPolicy.FirstToReplace(candidates, new EpochAccount
            {
                Read = price.Read,
                Write = price.Write,
                PromptTokens = prompt,
                ToolTokens = ToolTokens,
                HasHandles = HasHandles,
                IsBreakFree = isBreakFree,
                CallsExpected = _callCount,
                Balance = Balance,
                Spent = Spent,
                RegretPerThousand = rewriter.RegretPerThousand,
                RetrievalPerThousand = rewriter.RetrievalPerThousand,
            }) : -1;
            if (first >= 0)
            {
                isEpoch = true;
                prefix = HasHandles ? Math.Min(prefix, _tokens.Take(_items[indices[first]].Message).Sum(t => (long)t) + ToolTokens) : 0;
                HasHandles = true;
                Replace(indices.GetRange(first, indices.Count - first), rewriter);
                prompt = _tokens.Sum(t => (long)t) + ToolTokens;
            }

            long baselinePrefix = isBreakFree ? 0 : _lastBefore;
            Int128 cost = ((Int128)price.Read * prefix) + ((Int128)price.Write * (prompt - prefix));
            Spent += cost;
            Balance += ((Int128)price.Read * baselinePrefix) + ((Int128)price.Write * (_tokensBefore - baselinePrefix)) - cost;
        }

        IndexFolds();
        _lastBefore = _tokensBefore;
        _lastSent = prompt;
        _callCount++;
        return isEpoch;
    }

    private bool Candidates(SessionRewriter rewriter, out List<int> indices, out List<EpochCandidate> candidates)
    {
        indices = [];
        candidates = [];
        var latest = new HashSet<string>(StringComparer.Ordinal);
        var repeated = new RepeatedLines();
        long after = 0;
        int message = _tokens.Count;
        for (int i = _items.Count - 1; i >= 0; i--)
        {
            ResultItem item = _items[i];
            while (message > item.Message + 1)
            {
                after += _tokens[--message];
            }

            bool isLatest = item.Path is not null && latest.Add(item.Path);
            bool isHot = isLatest && _groups - _mentions[item.Path!] < rewriter.HotGroups;
            bool isCandidate = !isHot && _waste[i] >= 0 && item.Group <= _groups - rewriter.KeepGroups && item.Tokens >= rewriter.SmallestRemoval;
            // What later results that stay repeat of it would have to be written out there.
            long gain = isCandidate ? item.Tokens - item.DigestOr(rewriter.DigestOf).Tokens - repeated.TokensOf(i, item) : 0;
            if (!isCandidate || gain * 2 < item.Tokens)
            {
                if (item.Linked is { } linked && _waste[i] >= 0)
                {
                    repeated.Add(linked);
                }

                continue;
            }

            _waste[i] += gain;
            indices.Add(i);
            candidates.Add(new EpochCandidate(gain, _waste[i], after, item.OriginalTokens));
        }

        indices.Reverse();
        candidates.Reverse();
        return indices.Count > 0;
    }

    private void Replace(List<int> indices, SessionRewriter rewriter)
    {
        foreach (int i in indices)
        {
            _waste[i] = -1;
        }

        NewlyRemoved = [.. NewlyRemoved, .. indices.Select(i => _items[i])];
        HashSet<string> elsewhere = NamesOutside(indices);
        var digests = new Dictionary<ResultItem, Digest>();
        foreach (int i in Enumerable.Reverse(indices))
        {
            digests[_items[i]] = rewriter.DigestOf(_items[i], elsewhere);
        }

        foreach (IGrouping<int, int> message in indices.GroupBy(i => _items[i].Message))
        {
            int at = message.Key;
            // The message itself is the last of what is sent in its place.
            ChatMessage smaller = SessionRewriter.Render(_sent[at][^1], [.. message.Select(i => _items[i])], 0, item => digests[item].Text);
            _sent[at] = [.. _sent[at].SkipLast(1), smaller];
            _tokens[at] = _sent[at].Sum(rewriter.Count);
        }

        LinkAgain([.. indices], rewriter);
    }

    // What the model can read elsewhere in the prompt need not stand in a digest as well.
    private HashSet<string> NamesOutside(List<int> indices)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        HashSet<(int Message, int Content)> removed = [.. indices.Select(i => (_items[i].Message, _items[i].Content))];
        for (int i = 0; i < _sent.Count; i++)
        {
            foreach (ChatMessage message in _sent[i])
            {
                for (int c = 0; c < message.Contents.Count; c++)
                {
                    string? text = message.Contents[c] switch
                    {
                        TextContent content => content.Text,
                        FunctionCallContent call => ContentText.OfArguments(call.Arguments),
                        FunctionResultContent result when !removed.Contains((i, c)) => ToolResultText.Of(result.Result),
                        _ => null,
                    };
                    if (text is not null)
                    {
                        Outline.Collect(text, names);
                    }
                }
            }
        }

        return names;
    }

    // New results were never sent: taking parts out of them costs nothing but the tool that gives them back.
    private long Fold(SessionRewriter rewriter, PriceRatios price, long prefix, ref bool isEpoch)
    {
        int[] folded = [.. Enumerable.Range(_seenItems, _items.Count - _seenItems).Where(i => IsFoldable(_items[i]))];
        _seenItems = _items.Count;
        if (folded.Length == 0)
        {
            return prefix;
        }

        Int128 gain = folded.Sum(i => (long)(_items[i].Tokens - _items[i].Folded!.Tokens));
        Int128 saved = gain * (price.Write + (price.Read * (Int128)_callCount));
        Int128 cost = HasHandles ? 0 : ((price.Write - price.Read) * (Int128)prefix) + (ToolTokens * (price.Write + (price.Read * (Int128)_callCount)));
        cost += gain * price.Write * rewriter.RetrievalPerThousand / 1000;
        if (saved <= cost || cost > Balance + (Spent * rewriter.RegretPerThousand / 1000) + (gain * price.Write))
        {
            return prefix;
        }

        foreach (int i in folded)
        {
            ResultItem item = _items[i];
            ChatMessage smaller = SessionRewriter.Render(_sent[item.Message][^1], [item], 0, _ => item.Folded!.Text);
            _sent[item.Message] = [.. _sent[item.Message].SkipLast(1), smaller];
            _tokens[item.Message] = _sent[item.Message].Sum(rewriter.Count);
            _waste[i] = -1;
        }

        NewlyRemoved = [.. folded.Select(i => _items[i])];
        isEpoch |= !HasHandles && prefix > 0;
        long kept = HasHandles ? prefix : 0;
        HasHandles = true;
        return kept;
    }

    // A reference to an earlier result loses nothing, so it goes before taking parts out.
    private static bool IsFoldable(ResultItem item) => item.Folded is { } folded && folded.Tokens * 10L <= item.Tokens * 7L;

    private void Link(SessionRewriter rewriter)
    {
        for (; _linkedItems < _items.Count; _linkedItems++)
        {
            Show(_linkedItems, rewriter.Link(_items[_linkedItems], _items, _index));
            if (!IsFoldable(_items[_linkedItems]))
            {
                _index = _index.With(_linkedItems, _items[_linkedItems].Lines);
            }
        }
    }

    // Results that could have been folded but were not are there to be referred to from the next call on.
    private void IndexFolds()
    {
        for (; _indexedItems < _items.Count; _indexedItems++)
        {
            if (_waste[_indexedItems] >= 0 && IsFoldable(_items[_indexedItems]))
            {
                _index = _index.With(_indexedItems, _items[_indexedItems].Lines);
            }
        }
    }

    // Results that referred to what is gone now are written out, or refer to what is left. The prompt changed before them anyway.
    private void LinkAgain(HashSet<int> removed, SessionRewriter rewriter)
    {
        _index = LineIndex.Empty;
        for (int i = 0; i < _items.Count; i++)
        {
            if (_waste[i] < 0)
            {
                continue;
            }

            if (_items[i].Linked?.RefersTo(removed) == true)
            {
                Show(i, rewriter.Link(_items[i], _items, _index));
            }

            _index = _index.With(i, _items[i].Lines);
        }
    }

    private void Show(int index, LinkedText? linked)
    {
        ResultItem item = _items[index];
        if (item.Linked is null && linked is null)
        {
            return;
        }

        _items[index] = item.With(linked);
        _tokens[item.Message] += _items[index].Tokens - item.Tokens;
        _sent[item.Message] = [.. _sent[item.Message].SkipLast(1), SessionRewriter.Render(_sent[item.Message][^1], [_items[index]], 0, shown => shown.Text)];
    }
}
