using System.Diagnostics;
using System.Globalization;
using TokenThrift.Receipts;

namespace TokenThrift.Sqlite.Tests;

/// <summary>What a sink has taken is there after the process was killed at any moment, and nothing but that and what was under way.</summary>
public sealed class KilledWriterTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tokenthrift").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(ReceiptWriterChild.Lines, 7)]
    [InlineData(ReceiptWriterChild.Lines, 150)]
    [InlineData(ReceiptWriterChild.Lines, 411)]
    [InlineData(ReceiptWriterChild.Database, 150)]
    public async Task Receipts_that_were_taken_outlive_a_process_that_is_killed(string kind, int receipts)
    {
        string path = Path.Combine(_directory, "receipts");
        int taken = await WriteUntilKilledAsync(kind, path, receipts);

        List<ThriftReceipt> read = await ReadAsync(kind, path);
        Assert.Equal(Enumerable.Range(0, read.Count).Select(i => ReceiptWriterChild.Receipt(i).Id), read.Select(receipt => receipt.Id));
        Assert.True(read.Count >= taken, $"{taken} were taken and {read.Count} are there.");

        IReceiptSink sink = ReceiptWriterChild.Open(kind, path);
        await sink.AddAsync(ReceiptWriterChild.Receipt(read.Count));
        (sink as IDisposable)?.Dispose();
        Assert.Equal(read.Count + 1, (await ReadAsync(kind, path)).Count);
    }

    private static async Task<int> WriteUntilKilledAsync(string kind, string path, int receipts)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in new[] { "exec", typeof(ReceiptWriterChild).Assembly.Location, nameof(ReceiptWriterChild), kind, path })
        {
            start.ArgumentList.Add(argument);
        }

        using Process child = Process.Start(start)!;
        int taken = 0;
        while (taken < receipts && await child.StandardOutput.ReadLineAsync() is { } line)
        {
            taken = int.Parse(line, CultureInfo.InvariantCulture) + 1;
        }

        child.Kill();

        // What it had said before it died was taken, too.
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            taken = int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number == taken ? number + 1 : taken;
        }

        await child.WaitForExitAsync();
        Assert.True(taken >= receipts, "The child ended before it was killed.");
        return taken;
    }

    private static async Task<List<ThriftReceipt>> ReadAsync(string kind, string path)
    {
        if (kind == ReceiptWriterChild.Lines)
        {
            return [.. ReceiptFile.Read(path, onBroken: null, withFullFiles: true)];
        }

        using var sink = new SqliteReceiptSink(path);
        var read = new List<ThriftReceipt>();
        await foreach (ThriftReceipt receipt in sink.ReadAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue))
        {
            read.Add(receipt);
        }

        return read;
    }
}
