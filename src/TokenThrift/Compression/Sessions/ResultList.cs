namespace TokenThrift.Compression.Sessions;

/// <summary>The tool results of a history that may be rewritten, and what became of each.</summary>
internal sealed class ResultList
{
    private const long Gone = -1;
    private readonly List<ResultItem> _items;
    private readonly List<long> _waste;

    // What a digest would take, by result; 0 for one that was not made yet.
    private readonly List<int> _digests;

    public ResultList()
    {
        _items = [];
        _waste = [];
        _digests = [];
    }

    private ResultList(ResultList other)
    {
        _items = [.. other._items];
        _waste = [.. other._waste];
        _digests = [.. other._digests];
    }

    public int Count => _items.Count;

    public IReadOnlyList<ResultItem> Items => _items;

    public ResultItem this[int index]
    {
        get => _items[index];
        set => _items[index] = value;
    }

    public ResultList Copy() => new(this);

    public void Add(ResultItem item)
    {
        _items.Add(item);
        _waste.Add(0);
        _digests.Add(0);
    }

    /// <summary>Returns where the results are that have certain numbers among all of the history; those that may not be rewritten are not here.</summary>
    public IReadOnlyList<int> IndicesOf(IReadOnlyCollection<int> ordinals) =>
        ordinals.Count == 0 ? [] : [.. Enumerable.Range(0, _items.Count).Where(i => ordinals.Contains(_items[i].Ordinal))];

    /// <summary>Returns which numbers results have among all of the history.</summary>
    public IReadOnlyList<int> OrdinalsOf(IReadOnlyList<int> indices) => [.. indices.Select(i => _items[i].Ordinal)];

    /// <summary>Says whether something was taken out of a result; it is never touched again.</summary>
    public bool IsRemoved(int index) => _waste[index] == Gone;

    public void Remove(int index) => _waste[index] = Gone;

    /// <summary>Adds what was read for nothing in one more call.</summary>
    /// <returns>The sum since the result became old, in tokens.</returns>
    public long Waste(int index, long tokens) => _waste[index] += tokens;

    /// <summary>Returns about how many tokens a digest would take; made once, when the result has become old.</summary>
    /// <remarks>It is not counted before it is sent: names take about as many tokens for their length as the text that they are from.</remarks>
    public int DigestTokens(int index, NameSet spoken) =>
        _digests[index] > 0 ? _digests[index] : _digests[index] = EstimateDigest(_items[index], spoken);

    private static int EstimateDigest(ResultItem item, NameSet spoken) =>
        Math.Max(1, (int)((long)DigestBuilder.Write(item, spoken, []).Length * item.Ingested.Tokens / Math.Max(1, item.Ingested.Text.Length)));
}
