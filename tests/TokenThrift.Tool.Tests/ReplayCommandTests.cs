using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TokenThrift.TestSupport;

namespace TokenThrift.Tool.Tests;

public sealed partial class ReplayCommandTests : IDisposable
{
    private readonly ToolBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Parts_of_the_table_add_up_to_the_last_unit()
    {
        string path = await _bed.WriteAsync("t.jsonl", Conversation("a", 30) + "\n\n" + Conversation("b", 12) + "\n");
        (int exit, string output, string error) = await ToolBed.RunAsync("replay", path, "--model", "gpt-5.5");
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.StartsWith("2 conversations, 42 calls at gpt-5.5", output, StringComparison.Ordinal);
        AssertAddsUp(output);
        Assert.True(Amount(output, "as sent") > 0);
        Assert.True(Amount(output, "with TokenThrift") <= Amount(output, "as sent"));
    }

    [EvaluationDataTheory]
    [InlineData("coding-session.jsonl.gz")]
    [InlineData("airline-agents.jsonl.gz")]
    public async Task Parts_add_up_on_recorded_conversations(string name)
    {
        string data = Path.Combine(EvaluationDataTheoryAttribute.Folder!, "compression", name);

        // The first conversations are enough here; `tokenthrift replay` takes the whole file.
        using var reader = new StreamReader(new GZipStream(File.OpenRead(data), CompressionMode.Decompress));
        string path = await _bed.WriteAsync("t.jsonl", (await reader.ReadLineAsync())!);
        (int exit, string output, _) = await ToolBed.RunAsync("replay", path, "--model", "gpt-5.5");
        Assert.Equal(0, exit);
        AssertAddsUp(output);
    }

    [Fact]
    public async Task Bad_transcripts_and_models_give_one_line()
    {
        string whole = Conversation("a", 3);
        string path = await _bed.WriteAsync("t.jsonl", whole + "\n" + whole[..(whole.Length / 2)]);
        Assert.Contains("after line 2: cut off", await ToolBed.FailAsync("replay", path, "--model", "gpt-5.5"), StringComparison.Ordinal);
        Assert.Contains("no-such-model", await ToolBed.FailAsync("replay", path, "--model", "no-such-model"), StringComparison.Ordinal);
        Assert.Contains("--model", await ToolBed.FailAsync("replay", path), StringComparison.Ordinal);
        Assert.Contains("no conversations", await ToolBed.FailAsync("replay", await _bed.WriteAsync("empty.jsonl", "\n"), "--model", "gpt-5.5"), StringComparison.Ordinal);
        Assert.Contains("line 1", await ToolBed.FailAsync("replay", await _bed.WriteAsync("other.jsonl", "[1]"), "--model", "gpt-5.5"), StringComparison.Ordinal);
        Assert.Contains("line 1", await ToolBed.FailAsync("replay", await _bed.WriteAsync("odd.jsonl", """{"id":"x","messages":[{"role":5}]}"""), "--model", "gpt-5.5"), StringComparison.Ordinal);
    }

    private static void AssertAddsUp(string output)
    {
        decimal parts = new[] { "as sent", "cache", "compression", "routing", "provider cache", "overhead" }.Sum(name => Amount(output, name));
        Assert.Equal(Amount(output, "with TokenThrift"), parts);
    }

    private static decimal Amount(string output, string name) =>
        decimal.Parse(Row().Matches(output).Single(row => row.Groups[1].Value.Trim() == name).Groups[2].Value, CultureInfo.InvariantCulture);

    // An agent that pages through a list: each result is long, and each call has all that came before.
    private static string Conversation(string id, int calls)
    {
        var messages = new JsonArray(
            new JsonObject { ["role"] = "system", ["content"] = "You check invoices." },
            new JsonObject { ["role"] = "user", ["content"] = $"Check the invoices of supplier {id}." });
        for (int i = 0; i < calls - 1; i++)
        {
            messages.Add(new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = string.Empty,
                ["tool_calls"] = new JsonArray(new JsonObject { ["id"] = $"c{i}", ["name"] = "page", ["arguments"] = $"{{\"page\": {i}}}" }),
            });
            string rows = string.Join(",", Enumerable.Range(0, 40).Select(row => $"{{\"invoice\": \"INV-{id}-{i:D3}-{row:D3}\", \"amount\": {(i * 977) + (row * 31)}.50, \"currency\": \"EUR\", \"status\": \"open\"}}"));
            messages.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = $"c{i}", ["name"] = "page", ["content"] = $"[{rows}]" });
        }

        messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = $"INV-{id}-000-007 is a duplicate." });
        return new JsonObject { ["id"] = id, ["messages"] = messages }.ToJsonString();
    }

    [GeneratedRegex(@"^  ([A-Za-z ]+?)\s+(-?[\d.]+) USD", RegexOptions.Multiline)]
    private static partial Regex Row();
}
