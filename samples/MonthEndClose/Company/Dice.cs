namespace TokenThrift.Samples.MonthEndClose.Company;

/// <summary>Seeded chance; the same seed always makes the same company.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    public int Number(int from, int to) => _random.Next(from, to + 1);

    public bool Chance(int percent) => _random.Next(100) < percent;

    public decimal Amount(int from, int to) => _random.Next(from * 100, (to * 100) + 1) / 100m;

    public T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    /// <summary>Draws distinct items, in their order.</summary>
    public IReadOnlyList<T> Draw<T>(IReadOnlyList<T> items, int count) =>
        [.. items.Select((item, at) => (item, at, key: _random.Next())).OrderBy(x => x.key).Take(count).OrderBy(x => x.at).Select(x => x.item)];

    public string Day(int from = 1, int to = 31) => $"{Group.Period}-{Number(from, to):00}";
}
