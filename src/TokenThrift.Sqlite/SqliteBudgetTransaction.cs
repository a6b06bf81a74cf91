using System.Globalization;
using Microsoft.Data.Sqlite;
using TokenThrift.Budgets;
using TokenThrift.Models;

namespace TokenThrift.Sqlite;

/// <summary>The reads and writes of one step, as prepared statements on the store's one connection.</summary>
internal sealed class SqliteBudgetTransaction(SqliteConnection connection) : IBudgetTransaction, IDisposable
{
    private const string HoldColumns = "id, phase, is_allocation, created, expires, amounts, charged, evidence, allocation, drawn, model, entries";
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    public void Execute(string sql) => Command(sql).ExecuteNonQuery();

    public void Rollback()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has already rolled back by itself, or never began.
        }
    }

    public BudgetHold? FindHold(string id)
    {
        using SqliteDataReader reader = Command($"SELECT {HoldColumns} FROM budget_holds WHERE id = $a", id).ExecuteReader();
        return reader.Read() ? ReadHold(reader) : null;
    }

    public void PutHold(BudgetHold hold) => Command(
        $"INSERT OR REPLACE INTO budget_holds ({HoldColumns}) VALUES ($a, $b, $c, $d, $e, $f, $g, $h, $i, $j, $k, $l)",
        hold.Id,
        (long)hold.Phase,
        hold.IsAllocation ? 1L : 0L,
        hold.CreatedAt.UtcTicks,
        hold.ExpiresAt.UtcTicks,
        AmountsText.Write(hold.Amounts),
        AmountsText.Write(hold.Charged),
        hold.Evidence is { } evidence ? (long)evidence : null,
        hold.Allocation,
        AmountsText.Write(hold.Drawn),
        hold.ModelId,
        AmountsText.Write(hold.Entries)).ExecuteNonQuery();

    public IReadOnlyList<BudgetHold> FindExpired(DateTimeOffset now, int count)
    {
        var holds = new List<BudgetHold>();
        using SqliteDataReader reader = Command(
            $"SELECT {HoldColumns} FROM budget_holds WHERE phase < 2 AND expires <= $a ORDER BY expires LIMIT $b", now.UtcTicks, (long)count).ExecuteReader();
        while (reader.Read())
        {
            holds.Add(ReadHold(reader));
        }

        return holds;
    }

    public BudgetBalance Sum(string account, long from)
    {
        using SqliteDataReader reader = Command(
            """
            SELECT COALESCE(SUM(posted_usd), 0), COALESCE(SUM(posted_input), 0), COALESCE(SUM(posted_output), 0), COALESCE(SUM(posted_calls), 0), COALESCE(SUM(posted_ms), 0),
                   COALESCE(SUM(held_usd), 0), COALESCE(SUM(held_input), 0), COALESCE(SUM(held_output), 0), COALESCE(SUM(held_calls), 0), COALESCE(SUM(held_ms), 0)
            FROM budget_accounts WHERE account = $a AND bucket >= $b
            """,
            account,
            from).ExecuteReader();
        return reader.Read() ? ReadBalance(reader) : default;
    }

    public BudgetBalance Add(BudgetEntry entry, BudgetAmounts posted, BudgetAmounts held)
    {
        // Two statements rather than an upsert: a check constraint would see the negative addend of an upsert as a new row.
        if (Command("SELECT 1 FROM budget_accounts WHERE account = $a AND bucket = $b", entry.Account, entry.Bucket).ExecuteScalar() is null)
        {
            Command("INSERT INTO budget_accounts VALUES ($a, $b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)", entry.Account, entry.Bucket).ExecuteNonQuery();
        }

        using SqliteDataReader reader = Command(
            """
            UPDATE budget_accounts SET
                posted_usd = posted_usd + $c, posted_input = posted_input + $d, posted_output = posted_output + $e, posted_calls = posted_calls + $f, posted_ms = posted_ms + $g,
                held_usd = held_usd + $h, held_input = held_input + $i, held_output = held_output + $j, held_calls = held_calls + $k, held_ms = held_ms + $l
            WHERE account = $a AND bucket = $b
            RETURNING posted_usd, posted_input, posted_output, posted_calls, posted_ms, held_usd, held_input, held_output, held_calls, held_ms
            """,
            entry.Account,
            entry.Bucket,
            posted.Usd.Value,
            posted.InputTokens,
            posted.OutputTokens,
            posted.Calls,
            posted.Milliseconds,
            held.Usd.Value,
            held.InputTokens,
            held.OutputTokens,
            held.Calls,
            held.Milliseconds).ExecuteReader();
        return reader.Read() ? ReadBalance(reader) : throw new InvalidOperationException($"The row of account '{entry.Account}' is gone.");
    }

    public bool TryNoteCorrection(string id) => Command("INSERT OR IGNORE INTO budget_corrections VALUES ($a)", id).ExecuteNonQuery() == 1;

    // History is kept until it is pruned: other processes and later runs may still read it.
    public void Forget(string account)
    {
    }

    public int Prune(DateTimeOffset before)
    {
        int holds = Command("DELETE FROM budget_holds WHERE phase >= 2 AND created < $a", before.UtcTicks).ExecuteNonQuery();
        int rows = Command(
            "DELETE FROM budget_accounts WHERE bucket > 0 AND bucket < $a AND held_usd = 0 AND held_input = 0 AND held_output = 0 AND held_calls = 0 AND held_ms = 0",
            before.ToUnixTimeSeconds()).ExecuteNonQuery();
        return holds + rows;
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in _commands.Values)
        {
            command.Dispose();
        }
    }

    private static BudgetHold ReadHold(SqliteDataReader r) => new()
    {
        Id = r.GetString(0),
        Phase = (BudgetHoldPhase)r.GetInt64(1),
        IsAllocation = r.GetInt64(2) == 1,
        CreatedAt = new DateTimeOffset(r.GetInt64(3), TimeSpan.Zero),
        ExpiresAt = new DateTimeOffset(r.GetInt64(4), TimeSpan.Zero),
        Amounts = AmountsText.Read(r.GetString(5)),
        Charged = AmountsText.Read(r.GetString(6)),
        Evidence = r.IsDBNull(7) ? null : (BudgetEvidence)r.GetInt64(7),
        Allocation = r.IsDBNull(8) ? null : r.GetString(8),
        Drawn = AmountsText.Read(r.GetString(9)),
        ModelId = r.IsDBNull(10) ? null : r.GetString(10),
        Entries = AmountsText.ReadEntries(r.GetString(11)),
    };

    private static BudgetBalance ReadBalance(SqliteDataReader r) => new(ReadAmounts(r, 0), ReadAmounts(r, 5));

    private static BudgetAmounts ReadAmounts(SqliteDataReader r, int at) => new()
    {
        Usd = new NanoUsd(r.GetInt64(at)),
        InputTokens = r.GetInt64(at + 1),
        OutputTokens = r.GetInt64(at + 2),
        Calls = r.GetInt64(at + 3),
        Milliseconds = r.GetInt64(at + 4),
    };

    private SqliteCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of this class; values are parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (int i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter(string.Create(CultureInfo.InvariantCulture, $"${(char)('a' + i)}"), null));
            }

            _commands[sql] = command;
        }

        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
