using System.IO.Compression;
using System.Text.Json;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tool.Tests;

public sealed class ReportCommandTests : IDisposable
{
    private readonly ToolBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Report_is_written_in_the_form_that_its_name_asks_for()
    {
        string receipts = await _bed.ReceiptsAsync(300);
        SavingsReport expected = SavingsReport.Of(MadeUpReceipts.Of(300), new SavingsReportOptions { Title = "October" });
        foreach ((string name, string text) in new[] { ("r.html", expected.ToHtml()), ("r.json", expected.ToJson()), ("r.csv", expected.ToCsv()), ("r.md", expected.ToMarkdown()) })
        {
            (int exit, string output, string error) = await ToolBed.RunAsync("report", receipts, "-o", _bed.At(name), "--title", "October");
            Assert.Equal((0, string.Empty), (exit, error));
            Assert.Contains($"{expected.Total}", output, StringComparison.Ordinal);
            Assert.Equal(text, await File.ReadAllTextAsync(_bed.At(name)));
        }

        Assert.Equal(expected.ToMarkdown(), (await ToolBed.RunAsync("report", receipts, "--title", "October")).Output);
    }

    [Fact]
    public async Task Sums_of_the_report_are_those_of_the_receipts()
    {
        string receipts = await _bed.ReceiptsAsync(500);
        await ToolBed.RunAsync("report", receipts, "-o", _bed.At("r.json"));
        using JsonDocument json = JsonDocument.Parse(await File.ReadAllTextAsync(_bed.At("r.json")));
        Assert.Equal(MadeUpReceipts.Of(500).Sum(receipt => receipt.Spent!.Value.Value), json.RootElement.GetProperty("total").GetProperty("spent").GetInt64());
        Assert.Equal(500, json.RootElement.GetProperty("total").GetProperty("requests").GetInt64());
    }

    [Fact]
    public async Task File_that_is_cut_off_gives_one_line_and_loses_nothing()
    {
        string receipts = await _bed.ReceiptsAsync(20);
        byte[] whole = await File.ReadAllBytesAsync(receipts);
        byte[] cut = whole[..^100];
        await File.WriteAllBytesAsync(receipts, cut);
        await _bed.WriteAsync("r.html", "an earlier report");

        string line = await ToolBed.FailAsync("report", receipts, "-o", _bed.At("r.html"));
        Assert.Contains("line 20: the file ends within this receipt", line, StringComparison.Ordinal);
        Assert.Contains("--skip-broken", line, StringComparison.Ordinal);
        Assert.Equal(cut, await File.ReadAllBytesAsync(receipts));
        Assert.Equal("an earlier report", await File.ReadAllTextAsync(_bed.At("r.html")));
        Assert.Equal(2, Directory.GetFiles(_bed.Folder).Length);

        (int exit, _, string error) = await ToolBed.RunAsync("report", receipts, "-o", _bed.At("r.json"), "--skip-broken");
        Assert.Equal(0, exit);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using JsonDocument json = JsonDocument.Parse(await File.ReadAllTextAsync(_bed.At("r.json")));
        Assert.Equal(19, json.RootElement.GetProperty("total").GetProperty("requests").GetInt64());
        Assert.Equal(cut, await File.ReadAllBytesAsync(receipts));
    }

    [Fact]
    public async Task Receipt_of_a_future_version_gives_one_line_that_says_so()
    {
        string receipts = await _bed.ReceiptsAsync(3);
        await File.AppendAllTextAsync(receipts, """{"v":2,"id":"later","novelty":{"x":1}}""" + "\n");
        Assert.Matches("line 4: written by a later version .*format 2; this one reads up to 1", await ToolBed.FailAsync("report", receipts));
        Assert.Matches("line 4: written by a later version", await ToolBed.FailAsync("exposure", receipts));
    }

    [Fact]
    public async Task Packed_file_is_read_and_one_that_is_cut_off_gives_one_line()
    {
        string receipts = await _bed.ReceiptsAsync(200);
        using (var packed = new MemoryStream())
        {
            await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                await gzip.WriteAsync(await File.ReadAllBytesAsync(receipts));
            }

            byte[] bytes = packed.ToArray();
            await File.WriteAllBytesAsync(_bed.At("whole.jsonl.gz"), bytes);
            await File.WriteAllBytesAsync(_bed.At("cut.jsonl.gz"), bytes[..(bytes.Length / 2)]);
        }

        Assert.Equal(0, (await ToolBed.RunAsync("report", _bed.At("whole.jsonl.gz"))).Exit);
        Assert.Contains("cut.jsonl.gz", await ToolBed.FailAsync("report", _bed.At("cut.jsonl.gz")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Full_files_that_the_sink_put_aside_are_read_where_asked_for()
    {
        string receipts = await _bed.ReceiptsAsync(50, maxFileBytes: 8000);
        Assert.True(Directory.GetFiles(_bed.Folder).Length > 2);
        (_, string all, _) = await ToolBed.RunAsync("report", receipts, "--full-files");
        Assert.Contains(" 50 requests", all, StringComparison.Ordinal);
        (_, string last, _) = await ToolBed.RunAsync("report", receipts);
        Assert.DoesNotContain(" 50 requests", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prices_of_a_file_tell_what_they_would_have_done_to_the_period()
    {
        string receipts = await _bed.ReceiptsAsync(200);
        decimal before = ModelCatalog.Default.Find("gpt-5.5")!.Prices.Input!.Value / 1e6m;
        string prices = await _bed.WriteAsync("prices.json", $$"""[{ "id": "gpt-5.5", "inputUsdPerMillion": {{before * 2}}, "outputUsdPerMillion": 60, "cachedInputUsdPerMillion": 1, "pricedOn": "2026-12-01", "tiers": [] }]""");
        (NanoUsd spent, NanoUsd then) = await ChangeAsync("gpt-5.5");
        Assert.InRange((double)then.Value / spent.Value, 1.99, 2.01);
        (spent, then) = await ChangeAsync("gpt-5.4-mini");
        Assert.InRange((double)then.Value / spent.Value, 0.99, 1.01);

        Assert.Contains("Id must not be blank", await ToolBed.FailAsync("report", receipts, "--prices", await _bed.WriteAsync("blank.json", "[{}]")), StringComparison.Ordinal);
        Assert.Contains("not a list of models", await ToolBed.FailAsync("report", receipts, "--prices", await _bed.WriteAsync("odd.json", """[{"id":"x","prize":1}]""")), StringComparison.Ordinal);

        async Task<(NanoUsd Spent, NanoUsd Then)> ChangeAsync(string model)
        {
            Assert.Equal(0, (await ToolBed.RunAsync("report", receipts, "-o", _bed.At("r.json"), "--prices", prices)).Exit);
            using JsonDocument json = JsonDocument.Parse(await File.ReadAllTextAsync(_bed.At("r.json")));
            JsonElement row = json.RootElement.GetProperty("prices").GetProperty("changes").EnumerateArray().Single(change => change.GetProperty("model").GetString() == model);
            return (new NanoUsd(row.GetProperty("spent").GetInt64()), new NanoUsd(row.GetProperty("atCatalogue").GetInt64()));
        }
    }

    [Theory]
    [InlineData("nowhere.jsonl")]
    [InlineData("receipts.jsonl", "-o", "r.docx")]
    [InlineData("receipts.jsonl", "-o", "no/such/folder/r.html")]
    [InlineData("receipts.jsonl", "--colour", "red")]
    [InlineData("receipts.jsonl", "--title")]
    [InlineData("receipts.jsonl", "more.jsonl")]
    [InlineData("")]
    public async Task Wrong_argument_gives_one_line(string file, params string[] more)
    {
        await _bed.ReceiptsAsync(1);
        string path = file.Length == 0 ? file : _bed.At(file);
        await ToolBed.FailAsync(["report", path, .. more.Select(argument => argument.Contains("r.", StringComparison.Ordinal) ? _bed.At(argument) : argument)]);
    }

    [Fact]
    public async Task Exposure_names_shares_substitutes_and_drills_and_obeys_the_jurisdictions_that_are_allowed()
    {
        string receipts = await _bed.ReceiptsAsync(400);
        (int exit, string all, _) = await ToolBed.RunAsync("exposure", receipts);
        Assert.Equal(0, exit);
        foreach (string part in new[] { "by vendor:", "by jurisdiction:", "by origin:", "by region:", "by model:", "vendor openai gone", "vendor openai price x2", "jurisdiction US closed", "policy prevented" })
        {
            Assert.Contains(part, all, StringComparison.Ordinal);
        }

        (_, string american, _) = await ToolBed.RunAsync("exposure", receipts, "--allow", "US");
        string Drill(string text) => text.Split('\n').Single(line => line.Contains("jurisdiction US closed", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"closed\s+([\d,]+) of \1 calls nobody", Drill(all));
        Assert.Matches(@"closed\s+([\d,]+) of \1 calls nobody", Drill(american));
    }
}
