using System.Runtime.InteropServices;
using TokenThrift.Budgets;

namespace TokenThrift.Redis;

/// <summary>The books as this process last saw them, with what the steps under way have changed. Used by one step at a time.</summary>
/// <remarks>
/// What was never seen is taken to be empty, and what was seen to be as it was. Every such belief is noted, and nothing is written before the server
/// has found all of them true (<see cref="RedisBudgetScript"/>); those that are not are put right, and the steps are taken again.
/// </remarks>
internal sealed class RedisBudgetTransaction : IBudgetTransaction
{
    /// <summary>The version of what is not there.</summary>
    public const string Absent = "0";

    private const int MostSeen = 20_000;

    private readonly Dictionary<string, (string Version, object? Value)> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _believed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object> _written = new(StringComparer.Ordinal);
    private readonly List<(string Key, object? Before)> _undo = [];
    private readonly HashSet<string> _forgotten = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _expiring = [];

    /// <summary>Gets the keys that were read or written, and the versions that they are believed to have.</summary>
    public IReadOnlyDictionary<string, string> Believed => _believed;

    /// <summary>Gets what was written: <see cref="AccountRows"/>, <see cref="BudgetHold"/> or, for a correction, its id.</summary>
    public IReadOnlyDictionary<string, object> Written => _written;

    /// <summary>Gets the keys of accounts that nobody will ask for again.</summary>
    public IReadOnlySet<string> Forgotten => _forgotten;

    /// <summary>Gets up to when it was asked which open holds ran out, in milliseconds since 1970; null where it was not.</summary>
    public long? ExpiredBy { get; private set; }

    /// <summary>Gets how many of them were asked for at most.</summary>
    public int MostExpired { get; private set; }

    /// <summary>Gets the ids of the holds that are believed to have run out by then.</summary>
    public IReadOnlyList<string> Expiring => _expiring;

    /// <summary>Gets those among them that are not there any more, or not open.</summary>
    public IEnumerable<string> Stray => _expiring.Where(id => Peek(HoldKey(id)) is null or BudgetHold { IsOpen: false });

    public static string HoldKey(string id) => "h:" + id;

    public static string AccountKey(string account) => "a:" + account;

    public static string CorrectionKey(string id) => "c:" + id;

    /// <summary>Returns when a hold runs out, in milliseconds since 1970, rounded up: never too early.</summary>
    public static long RunsOutAt(BudgetHold hold) => (hold.ExpiresAt.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    /// <summary>Begins a round: nothing is read or written yet.</summary>
    public void Begin()
    {
        if (_seen.Count > MostSeen)
        {
            // What is needed is soon seen again.
            _seen.Clear();
        }

        _believed.Clear();
        _written.Clear();
        _forgotten.Clear();
        ExpiredBy = null;
        MostExpired = 0;
        Mark();
    }

    /// <summary>Marks the point to which <see cref="Undo"/> goes back.</summary>
    public void Mark() => _undo.Clear();

    /// <summary>Takes back what was written since <see cref="Mark"/>.</summary>
    public void Undo()
    {
        for (int i = _undo.Count - 1; i >= 0; i--)
        {
            (string key, object? before) = _undo[i];
            if (before is null)
            {
                _written.Remove(key);
            }
            else
            {
                _written[key] = before;
            }
        }

        _undo.Clear();
    }

    /// <summary>Takes in what a key holds on the server; null for nothing.</summary>
    public void See(string key, string version, string? text) => _seen[key] = (version, text is null ? null : Parse(key, text));

    /// <summary>Takes in which holds have run out on the server.</summary>
    public void SeeExpiring(IReadOnlyList<string> ids) => _expiring = ids;

    /// <summary>Takes in that all was written, under a version.</summary>
    public void Committed(string version)
    {
        foreach ((string key, object value) in _written)
        {
            _seen[key] = (version, value);
        }

        _expiring = [];
    }

    /// <inheritdoc/>
    public BudgetHold? FindHold(string id) => Read(HoldKey(id)) as BudgetHold;

    /// <inheritdoc/>
    public void PutHold(BudgetHold hold) => Write(HoldKey(hold.Id), hold);

    /// <inheritdoc/>
    public IReadOnlyList<BudgetHold> FindExpired(DateTimeOffset now, int count)
    {
        long by = now.ToUnixTimeMilliseconds();
        ExpiredBy = Math.Max(by, ExpiredBy ?? by);
        MostExpired = Math.Max(count, MostExpired);

        // What the server has, as this round has left it, and what this round has made.
        IEnumerable<BudgetHold> made = _written.Values.OfType<BudgetHold>();
        return [.. _expiring.Select(FindReadable).OfType<BudgetHold>().Concat(made)
            .Where(hold => hold.IsOpen && hold.ExpiresAt <= now).DistinctBy(hold => hold.Id).OrderBy(hold => hold.ExpiresAt).ThenBy(hold => hold.Id, StringComparer.Ordinal).Take(count)];
    }

    /// <inheritdoc/>
    public BudgetBalance Sum(string account, long from) => RowsOf(AccountKey(account)).Sum(from);

    /// <inheritdoc/>
    public BudgetBalance Add(BudgetEntry entry, BudgetAmounts posted, BudgetAmounts held)
    {
        string key = AccountKey(entry.Account);
        (AccountRows rows, BudgetBalance row) = RowsOf(key).Add(entry.Bucket, posted, held);
        Write(key, rows);
        return row;
    }

    /// <inheritdoc/>
    public bool TryNoteCorrection(string id)
    {
        string key = CorrectionKey(id);
        if (Read(key) is not null)
        {
            return false;
        }

        Write(key, id);
        return true;
    }

    /// <inheritdoc/>
    public void Forget(string account)
    {
        string key = AccountKey(account);
        if (RowsOf(key) is { IsAtRest: true } rows && rows != AccountRows.Empty)
        {
            Write(key, rows);
            _forgotten.Add(key);
        }
    }

    private static object Parse(string key, string text)
    {
        try
        {
            return key[0] switch
            {
                'h' => StoredHold.Read(text),
                'a' => AccountRows.Read(text),
                _ => text,
            };
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return new Unreadable(e);
        }
    }

    // One that cannot be read keeps what it holds, and must not keep everybody else from going on.
    private BudgetHold? FindReadable(string id)
    {
        string key = HoldKey(id);
        Believe(key);
        return Peek(key) as BudgetHold;
    }

    private object? Peek(string key) => _written.TryGetValue(key, out object? written) ? written : _seen.GetValueOrDefault(key).Value;

    private AccountRows RowsOf(string key) => Read(key) as AccountRows ?? AccountRows.Empty;

    private object? Read(string key)
    {
        Believe(key);
        return Peek(key) is var value && value is Unreadable unreadable ? throw new FormatException($"'{key}' in the ledger cannot be read.", unreadable.Error) : value;
    }

    private void Write(string key, object value)
    {
        Believe(key);
        ref object? slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_written, key, out _);
        _undo.Add((key, slot));
        slot = value;

        // Who comes after the one that forgot it may have put something there again.
        _forgotten.Remove(key);
    }

    private void Believe(string key) => _believed.TryAdd(key, _seen.TryGetValue(key, out (string Version, object? Value) seen) ? seen.Version : Absent);

    // A fault of whoever asks for it, not of all who are under way.
    private sealed record Unreadable(Exception Error);
}
