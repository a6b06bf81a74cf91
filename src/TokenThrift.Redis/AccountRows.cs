using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using TokenThrift.Budgets;

namespace TokenThrift.Redis;

/// <summary>The rows of one account, by their bucket. Immutable.</summary>
internal sealed class AccountRows
{
    // No window has more than some sixty parts; what is older is history.
    private const int Most = 128;

    private readonly ImmutableSortedDictionary<long, BudgetBalance> _rows;

    private AccountRows(ImmutableSortedDictionary<long, BudgetBalance> rows) => _rows = rows;

    public static AccountRows Empty { get; } = new(ImmutableSortedDictionary<long, BudgetBalance>.Empty);

    /// <summary>Gets a value indicating whether the account never resets.</summary>
    public bool IsLifetime => _rows.ContainsKey(0);

    /// <summary>Gets a value indicating whether nothing is held.</summary>
    public bool IsAtRest => _rows.Values.All(row => row.Held == default);

    public BudgetBalance Sum(long from)
    {
        BudgetBalance sum = default;
        foreach ((long bucket, BudgetBalance row) in _rows)
        {
            sum = bucket < from ? sum : new BudgetBalance(sum.Posted + row.Posted, sum.Held + row.Held);
        }

        return sum;
    }

    /// <summary>Returns the rows with something added to one of them, and that row.</summary>
    public (AccountRows Rows, BudgetBalance Row) Add(long bucket, BudgetAmounts posted, BudgetAmounts held)
    {
        BudgetBalance before = _rows.GetValueOrDefault(bucket);
        var row = new BudgetBalance(before.Posted + posted, before.Held + held);
        ImmutableSortedDictionary<long, BudgetBalance> rows = _rows.SetItem(bucket, row);
        if (rows.Count > Most && rows.First() is { Value.Held: var oldest } first && oldest == default)
        {
            rows = rows.Remove(first.Key);
        }

        return (new AccountRows(rows), row);
    }

    /// <summary>Writes the rows, one a line: bucket, then spent and held amounts.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        foreach ((long bucket, BudgetBalance row) in _rows)
        {
            text.Append(text.Length == 0 ? string.Empty : "\n").Append(CultureInfo.InvariantCulture, $"{bucket} {AmountsText.Write(row.Posted)} {AmountsText.Write(row.Held)}");
        }

        return text.ToString();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static AccountRows Read(string text)
    {
        ImmutableSortedDictionary<long, BudgetBalance>.Builder rows = ImmutableSortedDictionary.CreateBuilder<long, BudgetBalance>();
        foreach (string line in text.Split('\n'))
        {
            string[] parts = line.Split(' ');
            if (parts.Length != 11)
            {
                throw new FormatException("A row of the ledger in Redis cannot be read.");
            }

            rows[long.Parse(parts[0], CultureInfo.InvariantCulture)] = new BudgetBalance(AmountsText.Read(parts.AsSpan(1, 5)), AmountsText.Read(parts.AsSpan(6, 5)));
        }

        return new AccountRows(rows.ToImmutable());
    }
}
