using System.Globalization;
using TokenThrift.Models;
using TokenThrift.Receipts;

namespace TokenThrift.Sqlite.Tests;

/// <summary>A process that writes receipts and says each one that the sink has taken, until it is killed.</summary>
internal static class ReceiptWriterChild
{
    public const string Lines = "lines";
    public const string Database = "database";
    private const long MaxFileBytes = 20_000;

    public static IReceiptSink Open(string kind, string path) => kind == Lines ? new JsonLinesReceiptSink(path, MaxFileBytes) : new SqliteReceiptSink(path);

    public static ThriftReceipt Receipt(int number) => new()
    {
        Id = number.ToString("D6", CultureInfo.InvariantCulture),
        StartedAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
        Spent = new NanoUsd(number),
        Error = new string('x', number % 700),
    };

    public static async Task<int> RunAsync(string kind, string path)
    {
        IReceiptSink sink = Open(kind, path);
        for (int i = 0; ; i++)
        {
            await sink.AddAsync(Receipt(i));
            await Console.Out.WriteLineAsync(i.ToString(CultureInfo.InvariantCulture));
        }
    }
}
