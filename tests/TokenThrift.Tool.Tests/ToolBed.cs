using TokenThrift.Receipts;
using TokenThrift.Sqlite;
using TokenThrift.TestSupport;

namespace TokenThrift.Tool.Tests;

/// <summary>Runs the command line in a folder of its own.</summary>
internal sealed class ToolBed : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("tool-").FullName;

    public static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        int exit = await ToolProgram.RunAsync(args, output, error);
        return (exit, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that must fail, and returns the one line that says why.</summary>
    public static async Task<string> FailAsync(params string[] args)
    {
        (int exit, string output, string error) = await RunAsync(args);
        Assert.Equal(2, exit);
        Assert.Empty(output);
        string line = error.TrimEnd('\r', '\n');
        Assert.NotEmpty(line);
        Assert.DoesNotContain('\n', line);
        return line;
    }

    public string At(string name) => Path.Combine(Folder, name);

    public async Task<string> WriteAsync(string name, string text)
    {
        await File.WriteAllTextAsync(At(name), text);
        return At(name);
    }

    /// <summary>Writes a file of made-up receipts.</summary>
    public async Task<string> ReceiptsAsync(int count, string name = "receipts.jsonl", long maxFileBytes = long.MaxValue)
    {
        using var sink = new JsonLinesReceiptSink(At(name), maxFileBytes);
        foreach (ThriftReceipt receipt in MadeUpReceipts.Of(count))
        {
            await sink.AddAsync(receipt);
        }

        return At(name);
    }

    /// <summary>Writes a SQLite file of made-up receipts.</summary>
    public async Task<string> SqliteReceiptsAsync(int count, string name = "receipts.db")
    {
        using var sink = new SqliteReceiptSink(At(name));
        foreach (ThriftReceipt receipt in MadeUpReceipts.Of(count))
        {
            await sink.AddAsync(receipt);
        }

        return At(name);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
