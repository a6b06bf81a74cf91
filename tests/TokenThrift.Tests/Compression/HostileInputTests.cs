using System.Diagnostics;
using CsCheck;
using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.Compression.Passes;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Compression;

public sealed class HostileInputTests
{
    private const int Large = 10_000_000;

    // Ten megabytes of many short lines say no more than one does, and a test project is run often.
    private const int Many = 1_000_000;
    private static readonly TokenCounters Counters = new();
    private static readonly ModelCatalog Catalog = new([new ModelInfo("test-model") { Prices = new ModelPrices(1_000_000, 5_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 } }]);

    // Pieces that each pass looks for, to be put together without sense.
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", "\"", "\\", "\\u", ":", ",", "null", "1e999", "-", "{\"a\":", "[{\"a\":1},", "\n", "\r", "\r\n", "\t", "\u001b[", "\u001b]", "\u001b", "\a",
        "\ud800", "\udc00", "\ud83d\ude00", "\0", "\ufffe", "   at A.B(", "  File \"x\", line 1", "goroutine 1 [running]:", "Caused by: ", "@@ -1,9999999999 +1 @@\n", "@@ -1 +1,3 @@", "diff --git a b", "+x", "-x", " x",
        "src/a.cs:1:", "src/a.cs-2-", "--", "a/b/", "a/b", "<html>", "<div", "<script>", "</script", "<!--", "-->", "<a href='", "<nav>", "</nav>", "<pre>", "&#x110000;", "&amp", "# h\n", "- [a](#b)\n", "```", "[![", "](", "![",
        "  Passed ", "✓ a", "ok 1 -", "=== RUN   ", "2026-01-01 10:00:00 INFO ", "ERROR ", "must not ", "AAAA", "====", ". ", "? ", " word", "é", "你好", "tt-0123456789ab", "[removed ",
    ];

    public static TheoryData<string> Corpus => new(
        "one line of words", "one line of letters", "one line of json", "brackets", "objects", "quotation marks", "escape codes", "carriage returns", "lone surrogates", "binary", "scripts", "tags", "attributes", "links", "frames", "hunks",
        "columns", "paths", "log", "empty lines", "badges", "numbers");

    [Theory]
    [MemberData(nameof(Corpus))]
    public void No_pass_throws_or_takes_long_over_megabytes(string kind)
    {
        string text = Make(kind, kind.StartsWith("one line", StringComparison.Ordinal) ? Large : Many);
        foreach (ICompressionPass pass in BuiltInPasses.Lossy(sampleArrays: true).DistinctBy(pass => pass.Name))
        {
            var watch = Stopwatch.StartNew();
            pass.Apply(new CompressionInput(text) { Query = "word of the question", ToolName = "t", Arguments = "{}" });
            // Linear passes need less than a second; one that is not would need hours. The bound is wide for a busy machine.
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{pass.Name}: {watch.Elapsed}");
        }
    }

    [Fact]
    public void Any_mixture_of_pieces_passes_through_every_pass() => Gen.Int[0, Pieces.Length - 1].Array[1, 120].Select(Gen.Int[1, 40]).Sample((pieces, times) =>
    {
        string text = string.Concat(Enumerable.Repeat(string.Concat(pieces.Select(i => Pieces[i])), times));
        foreach (ICompressionPass pass in BuiltInPasses.Lossy(sampleArrays: true))
        {
            pass.Apply(new CompressionInput(text) { Query = "word" });
            pass.Apply(new CompressionInput(text) { IsVerbatim = true });
        }
    }, iter: 400);

    [Fact]
    public async Task What_is_sent_is_never_larger_than_what_came() => await Gen.Int[0, Pieces.Length - 1].Array[1, 60].Select(Gen.Int[1, 60]).SampleAsync(async (pieces, times) =>
    {
        string text = string.Concat(Enumerable.Repeat(string.Concat(pieces.Select(i => Pieces[i])), times));
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(new MeteringChatClient(model, Catalog, Counters, TimeProvider.System), new PromptCompressionOptions());
        List<ChatMessage> messages = Conversations.Start("A word?").Call("t", text);

        await client.GetResponseAsync(messages);

        ITokenCounter counter = Counters.For(null);
        IReadOnlyList<ChatMessage> sent = model.Calls[0].Messages;
        Assert.True(
            counter.Count(sent, model.Calls[0].Options) <= counter.Count(messages, null), $"{text}\n=>\n{sent[^1].ResultText()}");
    }, iter: 40);

    private static string Make(string kind, int length) => kind switch
    {
        "one line of words" => Repeat("word of text ", length),
        "one line of letters" => new string('x', length),
        "one line of json" => "[" + Repeat("{\"a\":1,\"b\":\"x\"},", length) + "{}]",
        "brackets" => new string('[', length / 2) + new string(']', length / 2),
        "objects" => Repeat("{\"a\":", length / 2) + "1" + new string('}', length / 10),
        "quotation marks" => "[" + new string('"', length),
        "escape codes" => Repeat("\u001b[31;", length),
        "carriage returns" => Repeat("a\r", length),
        "lone surrogates" => Repeat("\ud800 \udc00", length),
        "binary" => string.Create(length, 7, (span, seed) =>
        {
            var random = new Random(seed);
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = (char)random.Next(1, 65_535);
            }
        }),
        "scripts" => "<html>" + Repeat("<script>", length),
        "tags" => "<html>" + Repeat("<", length),
        "attributes" => "<html><a " + Repeat("x='", length),
        "links" => "<html>" + Repeat("<a href=\"xx\">", length / 2) + Repeat("</a>", length / 2),
        "frames" => Repeat("   at A.B.C(String s) in x.cs:line 1\n", length),
        "hunks" => Repeat("@@ -1,3 +1,3 @@\n a\n", length),
        "columns" => Repeat("a/b.c:1:x\n", length),
        "paths" => Repeat("a/b/c/d\n", length),
        "log" => Repeat("2026-01-01 10:00:00 INFO a b c d\n", length),
        "empty lines" => new string('\n', length),
        "badges" => "# a\n" + Repeat("[![a](b)](c) ", length),
        _ => Repeat("1234567890,", length),
    };

    private static string Repeat(string text, int length) => string.Concat(Enumerable.Repeat(text, Math.Max(1, length / text.Length)));
}
