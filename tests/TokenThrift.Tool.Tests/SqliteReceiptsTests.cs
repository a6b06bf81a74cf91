using Microsoft.Data.Sqlite;
using TokenThrift.Receipts;
using TokenThrift.Sqlite;
using TokenThrift.TestSupport;

namespace TokenThrift.Tool.Tests;

public sealed class SqliteReceiptsTests : IDisposable
{
    private readonly ToolBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData("report")]
    [InlineData("exposure")]
    public async Task Sqlite_file_gives_what_the_same_receipts_give_as_lines(string command)
    {
        string lines = await _bed.ReceiptsAsync(300);
        string rows = await _bed.SqliteReceiptsAsync(300);
        byte[] before = await File.ReadAllBytesAsync(rows);
        (int exit, string output, string error) = await ToolBed.RunAsync(command, rows);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Equal((await ToolBed.RunAsync(command, lines)).Output, output);
        Assert.Equal(before, await File.ReadAllBytesAsync(rows));
    }

    [Fact]
    public async Task File_that_is_being_written_is_read()
    {
        using var sink = new SqliteReceiptSink(_bed.At("open.db"));
        foreach (ThriftReceipt receipt in MadeUpReceipts.Of(3))
        {
            await sink.AddAsync(receipt);
        }

        Assert.Equal(3, SqliteReceiptFile.Read(_bed.At("open.db")).Count());
        await sink.AddAsync(MadeUpReceipts.Of(4).Last());
        Assert.Equal(4, SqliteReceiptFile.Read(_bed.At("open.db")).Count());
    }

    [Fact]
    public async Task Row_of_a_later_version_gives_one_line_and_the_others_on_demand()
    {
        string rows = await _bed.SqliteReceiptsAsync(5);
        Execute(rows, """UPDATE receipts SET json = CAST('{"v":2,"id":"later"}' AS BLOB) WHERE id = (SELECT id FROM receipts LIMIT 1)""");
        Assert.Matches("receipt .*: written by a later version", await ToolBed.FailAsync("report", rows));
        (int exit, string output, string error) = await ToolBed.RunAsync("report", rows, "--skip-broken");
        Assert.Equal(0, exit);
        Assert.NotEmpty(output);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task File_without_receipts_or_with_damage_gives_one_line()
    {
        Execute(_bed.At("other.db"), "CREATE TABLE something (x INTEGER)");
        Assert.Contains("no table 'receipts'", await ToolBed.FailAsync("report", _bed.At("other.db")), StringComparison.Ordinal);

        string rows = await _bed.SqliteReceiptsAsync(200);
        byte[] bytes = await File.ReadAllBytesAsync(rows);
        Array.Fill(bytes, (byte)0xA5, 100, bytes.Length - 100);
        await File.WriteAllBytesAsync(rows, bytes);
        Assert.Contains(rows, await ToolBed.FailAsync("report", rows), StringComparison.Ordinal);
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
