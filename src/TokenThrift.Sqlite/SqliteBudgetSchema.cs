using System.Globalization;
using Microsoft.Data.Sqlite;

namespace TokenThrift.Sqlite;

/// <summary>The tables of the books, and how a file is made ready.</summary>
internal static class SqliteBudgetSchema
{
    private const int Version = 2;

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS budget_accounts (
            account TEXT NOT NULL, bucket INTEGER NOT NULL,
            posted_usd INTEGER NOT NULL CHECK (posted_usd >= 0), posted_input INTEGER NOT NULL, posted_output INTEGER NOT NULL, posted_calls INTEGER NOT NULL, posted_ms INTEGER NOT NULL,
            held_usd INTEGER NOT NULL CHECK (held_usd >= 0), held_input INTEGER NOT NULL, held_output INTEGER NOT NULL, held_calls INTEGER NOT NULL, held_ms INTEGER NOT NULL,
            PRIMARY KEY (account, bucket)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS budget_holds (
            id TEXT NOT NULL PRIMARY KEY, phase INTEGER NOT NULL, is_allocation INTEGER NOT NULL,
            created INTEGER NOT NULL, expires INTEGER NOT NULL,
            amounts TEXT NOT NULL, charged TEXT NOT NULL, evidence INTEGER,
            allocation TEXT, drawn TEXT NOT NULL, model TEXT, entries TEXT NOT NULL) WITHOUT ROWID;
        DROP INDEX IF EXISTS budget_holds_open;
        CREATE INDEX IF NOT EXISTS budget_holds_expire ON budget_holds (expires) WHERE phase < 2;
        CREATE INDEX IF NOT EXISTS budget_holds_ended ON budget_holds (created) WHERE phase >= 2;
        CREATE TABLE IF NOT EXISTS budget_corrections (id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
        """;

    public static void Prepare(SqliteConnection connection, SqliteBudgetStoreOptions options)
    {
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(long)options.BusyTimeout.TotalMilliseconds}"));
        Run(connection, "PRAGMA journal_mode = WAL");
        Run(connection, options.SurvivePowerLoss ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        Run(connection, "BEGIN IMMEDIATE");
        try
        {
            long version = Convert.ToInt64(Scalar(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);
            if (version > Version)
            {
                throw new InvalidOperationException($"The file '{options.Path}' was written by a newer version (schema {version}, this one knows {Version}).");
            }

            Run(connection, Tables);
            Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Version}"));
            Run(connection, "COMMIT");
        }
        catch
        {
            Run(connection, "ROLLBACK");
            throw;
        }
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is ours throughout; nothing of a caller's is in it.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // As above.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
