namespace TokenThrift.Receipts;

/// <summary>Sums by name, bounded: once it is full, further names share one row, so the sums stay exact.</summary>
internal sealed class GroupTable(int capacity = 50_000)
{
    public const string Others = "(others)";
    private readonly Dictionary<string, (SummaryBuilder Sum, TaskCap? Cap)> _groups = new(StringComparer.Ordinal);

    public void Add(string name, ThriftReceipt receipt)
    {
        string key = _groups.ContainsKey(name) || _groups.Count < capacity ? name : Others;
        if (!_groups.TryGetValue(key, out (SummaryBuilder Sum, TaskCap? Cap) group))
        {
            group = (new SummaryBuilder(), null);
        }

        group.Sum.Add(receipt);
        _groups[key] = (group.Sum, receipt.Cap ?? group.Cap);
    }

    /// <summary>The groups by what was spent, then saved, dearest first; those beyond <paramref name="rows"/> joined in one.</summary>
    public IReadOnlyList<ReportGroup> ToGroups(int rows)
    {
        ReportGroup[] sorted =
        [
            .. _groups.Select(group => new ReportGroup(group.Key, group.Value.Sum.ToSummary(), group.Value.Cap))
                .OrderBy(group => group.Name == Others)
                .ThenByDescending(group => group.Sum.Spent)
                .ThenByDescending(group => group.Sum.Baseline)
                .ThenBy(group => group.Name, StringComparer.Ordinal),
        ];
        if (sorted.Length <= rows)
        {
            return sorted;
        }

        var rest = new SummaryBuilder();
        foreach (ReportGroup group in sorted.Skip(rows - 1))
        {
            rest.Add(_groups[group.Name].Sum);
        }

        return [.. sorted.Take(rows - 1), new ReportGroup(Others, rest.ToSummary())];
    }

    /// <summary>All groups by name.</summary>
    public IReadOnlyList<ReportGroup> ByName() =>
        [.. _groups.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new ReportGroup(group.Key, group.Value.Sum.ToSummary(), group.Value.Cap))];
}
