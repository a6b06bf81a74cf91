using Microsoft.Data.Sqlite;
using TokenThrift.Receipts;

namespace TokenThrift.Sqlite;

/// <summary>Reads the receipts of a SQLite file without changing it, one receipt in memory at a time; others may write meanwhile.</summary>
public static class SqliteReceiptFile
{
    private const int NoSuchTable = 1;
    private static ReadOnlySpan<byte> Mark => "SQLite format 3\0"u8;

    /// <summary>Says whether a file is a SQLite file, by its first bytes.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Whether it is; <see langword="false"/> where there is no such file.</returns>
    public static bool IsOne(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Span<byte> first = stackalloc byte[Mark.Length];
        return file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.SequenceEqual(Mark);
    }

    /// <summary>Reads the receipts that were there when the reading began, the oldest first.</summary>
    /// <param name="path">The file of a <see cref="SqliteReceiptSink"/>.</param>
    /// <param name="onBroken">Takes the rows that cannot be read, each as one line for people that names file and receipt; <see langword="null"/> to throw at the first.</param>
    /// <returns>The receipts.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ReceiptFormatException">The file is damaged or holds no receipts, or a row cannot be read and nobody takes it.</exception>
    public static IEnumerable<ThriftReceipt> Read(string path, Action<string>? onBroken = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return File.Exists(path) ? ReadAll(path, onBroken) : throw new FileNotFoundException($"There is no file '{path}'.", path);
    }

    private static IEnumerable<ThriftReceipt> ReadAll(string path, Action<string>? onBroken)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 30 }.ToString());
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT id, json FROM receipts ORDER BY started, id";
        using SqliteDataReader reader = Guarded(path, () =>
        {
            connection.Open();
            return command.ExecuteReader();
        });
        while (Guarded(path, reader.Read))
        {
            if (ReadRow(path, reader, onBroken) is { } receipt)
            {
                yield return receipt;
            }
        }
    }

    private static ThriftReceipt? ReadRow(string path, SqliteDataReader reader, Action<string>? onBroken)
    {
        try
        {
            return ReceiptJson.Deserialize(reader.GetFieldValue<byte[]>(1));
        }
        catch (ReceiptFormatException e)
        {
            string message = $"{path}, receipt {reader.GetString(0)}: {e.Message}";
            if (onBroken is null)
            {
                throw new ReceiptFormatException(message, e);
            }

            onBroken(message);
            return null;
        }
    }

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException e)
        {
            throw new ReceiptFormatException(
                e.SqliteErrorCode == NoSuchTable ? $"{path}: the file has no table 'receipts' that this version can read." : $"{path}: {e.Message}", e);
        }
    }
}
