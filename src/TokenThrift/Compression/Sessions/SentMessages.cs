using Microsoft.Extensions.AI;
using TokenThrift.Compression.Summaries;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Sessions;

/// <summary>What is sent in the place of each message of a history, with its tokens.</summary>
internal sealed class SentMessages
{
    private readonly List<IReadOnlyList<ChatMessage>> _slots;
    private readonly List<int> _tokens;

    // What the counter says of each slot with the frames of its model; negative where it was not asked yet.
    private readonly List<int> _counted;
    private IReadOnlyList<int> _leftOut = [];

    public SentMessages()
    {
        _slots = [];
        _tokens = [];
        _counted = [];
    }

    private SentMessages(SentMessages other)
    {
        _slots = [.. other._slots];
        _tokens = [.. other._tokens];
        _counted = [.. other._counted];
        _leftOut = other._leftOut;
        Tokens = other.Tokens;
    }

    public int Count => _slots.Count;

    /// <summary>Gets the tokens of all messages.</summary>
    public long Tokens { get; private set; }

    public IReadOnlyList<ChatMessage> All => Before(_slots.Count);

    /// <summary>Gets all tool results, with the index of the message and of the content in it.</summary>
    public IEnumerable<(int Message, int Content, FunctionResultContent Result)> Results =>
        from i in Enumerable.Range(0, _slots.Count)
        from message in _slots[i]
        from c in Enumerable.Range(0, message.Contents.Count)
        where message.Contents[c] is FunctionResultContent
        select (i, c, (FunctionResultContent)message.Contents[c]);

    public SentMessages Copy() => new(this);

    /// <summary>Returns what is sent in the place of the messages before one.</summary>
    public IReadOnlyList<ChatMessage> Before(int message)
    {
        var before = new List<ChatMessage>(message);
        for (int i = 0; i < message; i++)
        {
            for (int j = 0; j < _slots[i].Count; j++)
            {
                before.Add(_slots[i][j]);
            }
        }

        return before;
    }

    /// <summary>Counts all messages; each once as long as it stays what it is.</summary>
    public int CountWith(ITokenCounter counter)
    {
        int sum = 0;
        for (int i = 0; i < _counted.Count; i++)
        {
            _counted[i] = _counted[i] < 0 ? _slots[i].Sum(counter.CountMessage) : _counted[i];
            sum = checked(sum + _counted[i]);
        }

        return sum;
    }

    public int TokensOf(int message) => _tokens[message];

    /// <summary>Gets the tokens of each message.</summary>
    public IReadOnlyList<int> TokensEach => _tokens;

    /// <summary>Leaves messages out; one that says so stands in the place of the first, with a summary where there is one.</summary>
    public void Drop(IReadOnlyList<int> messages, string? summary, Func<ChatMessage, int> count)
    {
        foreach (int message in messages)
        {
            Put(message, [], 0);
        }

        // The oldest group is in every drop, so the note of an earlier one has gone with it.
        _leftOut = [.. _leftOut.Union(messages)];
        ChatMessage note = LeftOutNote.Write(_leftOut.Count, summary);
        Put(messages[0], [note], count(note));
    }

    /// <summary>Returns the tokens of the messages before one.</summary>
    public long TokensBefore(int message)
    {
        long tokens = Tokens;
        for (int i = message; i < _tokens.Count; i++)
        {
            tokens -= _tokens[i];
        }

        return tokens;
    }

    public void Add(IReadOnlyList<ChatMessage> slot, int tokens)
    {
        _slots.Add(slot);
        _tokens.Add(tokens);
        _counted.Add(-1);
        Tokens += tokens;
    }

    /// <summary>Writes results of one message anew.</summary>
    /// <param name="message">The index of the message.</param>
    /// <param name="items">Its results.</param>
    /// <param name="textOf">The new text of each.</param>
    /// <param name="count">Counts a message.</param>
    public void Rewrite(int message, IReadOnlyList<ResultItem> items, Func<ResultItem, string> textOf, Func<ChatMessage, int> count)
    {
        // The message itself is the last of what is sent in its place.
        IReadOnlyList<ChatMessage> slot = _slots[message];
        if (slot.Count > 0)
        {
            IReadOnlyList<ChatMessage> written = [.. slot.SkipLast(1), SessionRewriter.Render(slot[^1], items, 0, textOf)];
            Put(message, written, written.Sum(count));
        }
    }

    /// <summary>Says whether a reference stands in what the application sent or in what we made of it.</summary>
    public bool Mentions(string reference) => _slots.SelectMany(slot => slot).SelectMany(message => message.Contents).Any(content =>
        (content is FunctionResultContent result && ContentText.Of(result.Result).Contains(reference, StringComparison.Ordinal))
        || (content is TextContent text && text.Text.Contains(reference, StringComparison.Ordinal)));

    private void Put(int message, IReadOnlyList<ChatMessage> slot, int tokens)
    {
        _slots[message] = slot;
        _counted[message] = -1;
        Tokens += tokens - _tokens[message];
        _tokens[message] = tokens;
    }
}
