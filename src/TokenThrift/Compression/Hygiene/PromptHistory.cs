using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Compression.Hygiene;

/// <summary>The last request of each session, and which findings it was told of. Safe for concurrent use.</summary>
internal sealed class PromptHistory
{
    private const int Largest = 1024;
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, Entry> _entries = [];
    private readonly LinkedList<UInt128> _byUse = new();

    /// <summary>Takes in a request and returns what is found for the first time in its session.</summary>
    public IReadOnlyList<PromptHygieneFinding> Add(string scope, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        // Instructions may change with the clock, so a session is known by what it was first asked.
        ChatMessage? first = messages.FirstOrDefault(message => message.Role == ChatRole.User);
        UInt128 key = MessageHash.Chain(MessageHash.Of(scope), first is null ? 0 : MessageHash.Of(first));
        PromptPrint? before;
        lock (_lock)
        {
            before = _entries.TryGetValue(key, out Entry? known) ? known.Print : null;
        }

        PromptPrint now = PromptPrint.Of(messages, options, before);
        PromptHygieneFinding[] findings = [.. PromptComparison.Compare(before, now, messages)];
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out Entry? entry))
            {
                entry = _entries[key] = new Entry(_byUse.AddLast(key));
            }

            entry.Print = now;
            _byUse.Remove(entry.Place);
            _byUse.AddLast(entry.Place);
            if (_entries.Count > Largest)
            {
                _entries.Remove(_byUse.First!.Value);
                _byUse.RemoveFirst();
            }

            return [.. findings.Where(finding => entry.Told.Add(finding.Issue))];
        }
    }

    private sealed class Entry(LinkedListNode<UInt128> place)
    {
        public LinkedListNode<UInt128> Place { get; } = place;

        public PromptPrint? Print { get; set; }

        public HashSet<PromptHygieneIssue> Told { get; } = [];
    }
}
