using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using TokenThrift.Receipts;

namespace TokenThrift.Sqlite;

/// <summary>Keeps receipts in a SQLite file, which may be the same one as the books'. Safe for concurrent use, also by several processes.</summary>
/// <remarks>Each receipt is whole in the column <c>json</c> (see <see cref="ReceiptJson"/>); the other columns are for questions in SQL. Money is in nano-dollars.</remarks>
public sealed class SqliteReceiptSink : IReceiptSink, IDisposable
{
    private const int Version = 1;

    private const string Table = """
        CREATE TABLE IF NOT EXISTS receipts (
            id TEXT NOT NULL PRIMARY KEY, started INTEGER NOT NULL, tenant TEXT, user TEXT, session TEXT, task TEXT,
            spent INTEGER, baseline INTEGER, calls INTEGER NOT NULL, v INTEGER NOT NULL, json BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS receipts_started ON receipts (started);
        """;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SqliteConnection _connection;

    /// <summary>Initializes a new instance of the <see cref="SqliteReceiptSink"/> class and opens the file.</summary>
    /// <param name="path">The path of the file; it is made where there is none.</param>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public SqliteReceiptSink(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            _connection.Open();
            using SqliteCommand command = _connection.CreateCommand();
            command.CommandText = "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; " + Table;
            command.ExecuteNonQuery();
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask AddAsync(ThriftReceipt receipt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        byte[] json = ReceiptJson.Serialize(receipt);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using SqliteCommand command = _connection.CreateCommand();
            command.CommandText = "INSERT OR IGNORE INTO receipts VALUES ($id, $started, $tenant, $user, $session, $task, $spent, $baseline, $calls, $v, $json)";
            Set(command, "$id", receipt.Id);
            Set(command, "$started", receipt.StartedAt.UtcTicks);
            Set(command, "$tenant", receipt.Identity.Tenant);
            Set(command, "$user", receipt.Identity.User);
            Set(command, "$session", receipt.Identity.Session);
            Set(command, "$task", receipt.Identity.Task);
            Set(command, "$spent", receipt.Spent?.Value);
            Set(command, "$baseline", receipt.Baseline?.Value);
            Set(command, "$calls", receipt.Calls.Count);
            Set(command, "$v", Version);
            Set(command, "$json", json);
            command.ExecuteNonQuery();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads the receipts of requests that came in within a time, the oldest first, a few at a time.</summary>
    /// <param name="from">The first moment.</param>
    /// <param name="until">The first moment that is too late.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The receipts.</returns>
    /// <exception cref="ReceiptFormatException">A row was written by a later version.</exception>
    public async IAsyncEnumerable<ThriftReceipt> ReadAsync(DateTimeOffset from, DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        const int batch = 256;
        (long Started, string Id) last = (from.UtcTicks, string.Empty);
        while (true)
        {
            var rows = new List<(long Started, string Id, byte[] Json)>(batch);
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                using SqliteCommand command = _connection.CreateCommand();
                command.CommandText = string.Create(
                    CultureInfo.InvariantCulture,
                    $"SELECT started, id, json FROM receipts WHERE (started, id) > ($started, $id) AND started >= $from AND started < $until ORDER BY started, id LIMIT {batch}");
                Set(command, "$started", last.Started);
                Set(command, "$id", last.Id);
                Set(command, "$from", from.UtcTicks);
                Set(command, "$until", until.UtcTicks);
                using SqliteDataReader reader = command.ExecuteReader();
                while (reader.Read())
                {
                    rows.Add((reader.GetInt64(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2)));
                }
            }
            finally
            {
                _turn.Release();
            }

            foreach ((long started, string id, byte[] json) in rows)
            {
                last = (started, id);
                yield return ReceiptJson.Deserialize(json);
            }

            if (rows.Count < batch)
            {
                yield break;
            }
        }
    }

    /// <summary>Removes receipts of requests that came in before a moment.</summary>
    /// <param name="before">The moment.</param>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>How many were removed.</returns>
    public async ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using SqliteCommand command = _connection.CreateCommand();
            command.CommandText = "DELETE FROM receipts WHERE started < $before";
            Set(command, "$before", before.UtcTicks);
            return command.ExecuteNonQuery();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Closes the file. Writes under way end first.</summary>
    public void Dispose()
    {
        _turn.Wait();
        try
        {
            _connection.Dispose();
        }
        finally
        {
            _turn.Release();
        }
    }

    private static void Set(SqliteCommand command, string name, object? value) => command.Parameters.AddWithValue(name, value ?? DBNull.Value);
}
