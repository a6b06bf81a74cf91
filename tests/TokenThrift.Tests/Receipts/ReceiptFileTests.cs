using System.Text;
using CsCheck;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Tests.Receipts;

public sealed class ReceiptFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("receipts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Receipt_survives_its_json() =>
        ReceiptGen.Receipt.Sample(receipt =>
        {
            byte[] json = ReceiptJson.Serialize(receipt);
            ThriftReceipt back = ReceiptJson.Deserialize(json);
            return json.AsSpan().SequenceEqual(ReceiptJson.Serialize(back))
                && back.Spent == receipt.Spent && back.Savings == receipt.Savings && back.StartedAt == receipt.StartedAt
                && back.Calls.SequenceEqual(receipt.Calls) && !json.Contains((byte)'\n');
        });

    /// <summary>What version 1 wrote must stay readable for ever.</summary>
    [Fact]
    public void First_version_of_the_format_stays_readable()
    {
        const string Written = """{"v":1,"id":"0195","at":"2026-03-01T12:00:00Z","ms":1250.5,"tenant":"t","task":"close-1","tasks":["close-1"],"reference":"strong","baseline":1400000,"spent":140000,"savings":{"cache":0,"compression":0,"routing":1260000,"providerCache":0,"overhead":0},"prices":"p1","calls":[{"purpose":"answer","outcome":"served","model":"cheap","served":"cheap-2026","known":"cheap","vendor":"bolt","jurisdiction":"FR","origin":"FR","region":"EU","usage":{"in":1000,"out":100,"cached":10,"written":5,"reasoning":7},"counted":990,"cost":140000,"held":200000,"finish":"stop","ms":1200}],"cache":{"tier":"none","reason":"miss"},"somethingNew":{"x":[1]}}""";
        ThriftReceipt receipt = ReceiptJson.Deserialize(Encoding.UTF8.GetBytes(Written));
        Assert.Equal(new NanoUsd(1_260_000), receipt.Savings!.Value.Routing);
        Assert.Equal(new TokenUsage(1000, 100) { CachedInput = 10, CacheWrite = 5, Reasoning = 7 }, receipt.Calls[0].Usage);
        Assert.Equal("FR", receipt.Calls[0].Model!.Jurisdiction);
        Assert.Equal(TimeSpan.FromMilliseconds(1250.5), receipt.Duration);
        Assert.Equal(CacheTier.None, receipt.Cache!.Tier);
    }

    [Theory]
    [InlineData("""{"v":2,"id":"1"}""", "later version")]
    [InlineData("""{"v":1,"id":"1","spent":""", "cut off")]
    [InlineData("""{"id":"1"}""", "no version")]
    [InlineData("""{"v":1}""", "no id")]
    [InlineData("[1]", "not a receipt")]
    [InlineData("""{"v":1,"id":"1","spent":"a lot"}""", "not a receipt")]
    [InlineData("plain text", "not a receipt")]
    public void Receipt_that_cannot_be_read_says_why(string json, string why) =>
        Assert.Contains(why, Assert.Throws<ReceiptFormatException>(() => ReceiptJson.Deserialize(Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Broken_line_is_named_and_nothing_else_is_lost()
    {
        string path = Path.Combine(_folder, "r.jsonl");
        using (var sink = new JsonLinesReceiptSink(path))
        {
            await sink.AddAsync(Some("1"));
        }

        await File.AppendAllTextAsync(path, """{"v":1,"id":"torn","spe""");
        using (var sink = new JsonLinesReceiptSink(path))
        {
            await sink.AddAsync(Some("2"));
        }

        Assert.Contains("line 2", Assert.Throws<ReceiptFormatException>(() => ReceiptFile.Read(path).Count()).Message, StringComparison.Ordinal);
        var broken = new List<string>();
        Assert.Equal(["1", "2"], ReceiptFile.Read(path, broken.Add).Select(receipt => receipt.Id));
        Assert.Single(broken);
    }

    [Fact]
    public async Task Full_files_are_read_although_their_writer_ended_before_it_began_the_next()
    {
        string path = Path.Combine(_folder, "r.jsonl");
        using (var sink = new JsonLinesReceiptSink(path, maxFileBytes: 1))
        {
            for (int i = 0; i < 3; i++)
            {
                await sink.AddAsync(Some($"{i}"));
            }
        }

        File.Move(path, Path.Combine(_folder, "r.000003.jsonl"));
        Assert.Equal(["0", "1", "2"], ReceiptFile.Read(path, withFullFiles: true).Select(receipt => receipt.Id));
        Assert.Throws<FileNotFoundException>(() => ReceiptFile.Read(path));
        Assert.Throws<FileNotFoundException>(() => ReceiptFile.Read(Path.Combine(_folder, "other.jsonl"), withFullFiles: true));
    }

    [Theory]
    [InlineData("r.jsonl")]
    [InlineData("receipts")]
    [InlineData("a.b.c.jsonl")]
    public async Task Full_files_are_put_aside_and_read_in_order(string name)
    {
        string path = Path.Combine(_folder, "sub", name);
        using var sink = new JsonLinesReceiptSink(path, maxFileBytes: 300);
        for (int i = 0; i < 10; i++)
        {
            await sink.AddAsync(Some(i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        Assert.True(Directory.GetFiles(Path.GetDirectoryName(path)!).Length > 2);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), ReceiptFile.Read(path, withFullFiles: true).Select(receipt => receipt.Id));
    }

    [Fact]
    public async Task Only_the_asked_number_of_full_files_is_kept()
    {
        string path = Path.Combine(_folder, "r.jsonl");
        using var sink = new JsonLinesReceiptSink(path, maxFileBytes: 1, maxFiles: 2);
        for (int i = 0; i < 6; i++)
        {
            await sink.AddAsync(Some($"{i}"));
        }

        Assert.Equal(["3", "4", "5"], ReceiptFile.Read(path, withFullFiles: true).Select(receipt => receipt.Id));
    }

    [Fact]
    public async Task Concurrent_receipts_each_get_their_own_line()
    {
        string path = Path.Combine(_folder, "r.jsonl");
        using var sink = new JsonLinesReceiptSink(path);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(t => Task.Run(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await sink.AddAsync(Some($"{t}-{i}"));
            }
        })));
        Assert.Equal(800, ReceiptFile.Read(path).Select(receipt => receipt.Id).Distinct().Count());
    }

    [Fact]
    public async Task Packed_file_is_read_and_broken_packing_is_named()
    {
        string path = Path.Combine(_folder, "r.jsonl.gz");
        await using (var gzip = new System.IO.Compression.GZipStream(File.Create(path), System.IO.Compression.CompressionLevel.Fastest))
        {
            await gzip.WriteAsync(ReceiptJson.Serialize(Some("1")));
        }

        Assert.Single(ReceiptFile.Read(path));
        await File.WriteAllTextAsync(path, "not gzip");
        Assert.Throws<ReceiptFormatException>(() => ReceiptFile.Read(path).Count());
    }

    [Fact]
    public void Missing_file_is_named() =>
        Assert.Contains("nowhere", Assert.Throws<FileNotFoundException>(() => ReceiptFile.Read("nowhere.jsonl")).Message, StringComparison.Ordinal);

    private static ThriftReceipt Some(string id) => new() { Id = id, Spent = new NanoUsd(5), Identity = new RequestIdentity { Tenant = "t" } };
}
