namespace TokenThrift.Caching;

/// <summary>The texts of a partition's latest answers, so that what others learnt by comparing with them can be learnt again. Bounded; safe for concurrent use.</summary>
internal sealed class RecentTexts
{
    private const int Most = 4096;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Queue<string> _byAge = new();
    private long _characters;

    /// <summary>Gets how many characters they have together.</summary>
    public long Characters => Interlocked.Read(ref _characters);

    public string? Find(string id)
    {
        lock (_lock)
        {
            return _texts.GetValueOrDefault(id);
        }
    }

    public void Add(string id, string text)
    {
        lock (_lock)
        {
            if (_texts.Remove(id, out string? before))
            {
                _characters -= before.Length;
            }
            else
            {
                _byAge.Enqueue(id);
            }

            _texts[id] = text;
            _characters += text.Length;
            if (_byAge.Count > Most && _texts.Remove(_byAge.Dequeue(), out string? oldest))
            {
                _characters -= oldest.Length;
            }
        }
    }
}
