using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.Compression.References;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Compression;

public sealed partial class BackReferenceTests
{
    private static readonly ModelCatalog Catalog = new([new ModelInfo("test-model") { Prices = new ModelPrices(1_000_000, 5_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 } }]);

    // Three files that an agent reads in parts, with and without line numbers, and changes now and then.
    private static readonly Gen<string> Result = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 60], Gen.Int[1, 120], Gen.Int[0, 3], Gen.Int[0, 400]).Select(
        (file, first, count, form, changed) => string.Join('\n', Enumerable.Range(first, count).Select(i => Numbered(i + (form == 2 ? 7 : 1), form, Line(file, i == changed ? -i : i)))));

    [Fact]
    public async Task What_a_reference_names_is_earlier_in_the_same_prompt_and_gives_the_text_back() => await Result.Array[2, 30].SampleAsync(async results =>
    {
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(
            new MeteringChatClient(model, Catalog, TokenCounters.Shared, TimeProvider.System), new PromptCompressionOptions { Lossy = false });
        List<ChatMessage> messages = Conversations.Start();
        foreach (string result in results)
        {
            messages.Call("read", result);
            await client.GetResponseAsync(messages);
            AssertGivesBack(results, model.Calls[^1].Messages);
        }
    }, iter: 30);

    [Fact]
    public async Task When_what_a_reference_names_is_removed_it_names_another_place_or_is_written_out()
    {
        string[] results = [.. Enumerable.Range(0, 32).Select(i => string.Join('\n', Enumerable.Range(40, 60).Select(j => Line(0, j)).Concat(Enumerable.Range(0, 300).Select(j => $"{Line(9, j)} {i}"))))];
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(
            new MeteringChatClient(model, Catalog, TokenCounters.Shared, TimeProvider.System), new PromptCompressionOptions { Lossy = false });
        List<ChatMessage> messages = Conversations.Start();
        var written = new List<int>();
        foreach (string result in results)
        {
            messages.Call("read", result);
            await client.GetResponseAsync(messages);
            string[] sent = AssertGivesBack(results, model.Calls[^1].Messages);
            written.Add(Array.FindIndex(sent, text => text.StartsWith(Line(0, 40), StringComparison.Ordinal)));
        }

        // The block moved from a removed result to one that stayed, and stood written out in one place only.
        Assert.Equal(0, written[0]);
        Assert.NotEqual(0, written[^1]);
        Assert.Single(model.Calls[^1].Messages, message => message.Role == ChatRole.Tool && message.ResultText().Contains(Line(0, 41), StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_a_result_is_written_out_again_what_refers_to_its_lines_follows_them()
    {
        // Every second result repeats a block of the first one; the others repeat lines of the one before, which move when the block is written out there.
        string[] block = [.. Enumerable.Range(40, 60).Select(j => Line(0, j))];
        string[] results = [.. Enumerable.Range(0, 32).Select(i => string.Join('\n', i % 2 == 0 ? block.Concat(Own(i)) : Own(i - 1).Take(30).Concat(Own(i))))];
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(
            new MeteringChatClient(model, Catalog, TokenCounters.Shared, TimeProvider.System), new PromptCompressionOptions { Lossy = false });
        List<ChatMessage> messages = Conversations.Start();
        int removed = 0;
        foreach (string result in results)
        {
            messages.Call("read", result);
            await client.GetResponseAsync(messages);
            string[] sent = AssertGivesBack(results, model.Calls[^1].Messages);
            removed = sent.Count(text => text.StartsWith("[removed", StringComparison.Ordinal));
        }

        Assert.True(removed > 0);

        static IEnumerable<string> Own(int result) => Enumerable.Range(0, 300).Select(j => $"{Line(9, j)} own {result}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_read_again_is_sent_once(bool streamed)
    {
        string file = string.Join('\n', Enumerable.Range(0, 60).Select(i => Line(1, i)));
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(model, new PromptCompressionOptions());
        List<ChatMessage> messages = Conversations.Start().Call("read", file, "src/a.cs").Call("read", file + "\nnew", "src/a.cs");

        await client.AskAsync(streamed, messages);

        Assert.Equal(file, model.Calls[0].Messages[3].ResultText());
        Assert.Equal($"[lines 1-60 of result 1 (read src/a.cs) repeated here: {Line(1, 0).Trim()[..60]} …]\nnew", model.Calls[0].Messages[5].ResultText());
    }

    [Fact]
    public void The_index_finds_the_latest_place_however_it_was_put_together() => Gen.Int[1, 9].Array[1, 40].Sample(sizes =>
    {
        LineIndex index = LineIndex.Empty;
        var expected = new Dictionary<ulong, (int, int)>();
        for (int item = 0; item < sizes.Length; item++)
        {
            TextLines lines = TextLines.Of(string.Join('\n', Enumerable.Range(0, sizes[item]).Select(i => $"line {i % 5}")));
            LineIndex before = index;
            index = index.With(item, lines);
            for (int i = 0; i < lines.Keys.Length; i++)
            {
                expected[lines.Keys[i]] = (item, i);
                Assert.True(!before.TryFind(lines.Keys[i], out (int Item, int Line) old) || old.Item < item);
            }
        }

        Assert.All(expected, entry => Assert.True(index.TryFind(entry.Key, out (int, int) place) && place == entry.Value));
    });

    [Theory]
    [InlineData("  12\tfoo", 12, 4)]
    [InlineData("12:foo", 12, 2)]
    [InlineData("7→", 7, 1)]
    public void Line_numbers_are_read(string line, int value, int width)
    {
        Assert.True(LineNumber.TryRead(line, out LineNumber number));
        Assert.Equal(new LineNumber(value, width), number);
    }

    [Theory]
    [InlineData("12:30:15 started")]
    [InlineData("12 monkeys")]
    [InlineData("foo: 12")]
    [InlineData("12")]
    [InlineData("")]
    public void What_is_no_line_number_is_not_read(string line) => Assert.False(LineNumber.TryRead(line, out _));

    private static string[] AssertGivesBack(string[] results, IReadOnlyList<ChatMessage> messages)
    {
        string[] sent = [.. messages.Where(message => message.Role == ChatRole.Tool).Select(message => message.ResultText())];
        for (int i = 0; i < sent.Length; i++)
        {
            if (!sent[i].StartsWith("[removed", StringComparison.Ordinal))
            {
                Assert.Equal(results[i], Expand(sent[i], i, sent));
            }
        }

        return sent;
    }

    private static string Line(int file, int i) => string.Create(CultureInfo.InvariantCulture, $"    public static int Compute{file}{(i * 7919) % 101}(int value, string name) => value + {i % 50}; // {i / 2}");

    private static string Numbered(int number, int form, string line) => form == 0 ? line : string.Create(CultureInfo.InvariantCulture, $"{number,6}\t{line}");

    private static string Expand(string text, int ordinal, string[] sent) => string.Join('\n', text.Split('\n').Select(line =>
    {
        if (Reference().Match(line) is not { Success: true } match)
        {
            return line;
        }

        int first = Number(match.Groups[1]);
        int target = Number(match.Groups[3]) - 1;
        Assert.InRange(target, 0, ordinal - 1);
        RepeatedForm form = match.Groups[4].Value.Length > 0 ? RepeatedForm.Unnumbered : match.Groups[5].Value.Length > 0 ? RepeatedForm.Renumbered : RepeatedForm.Same;
        int shift = form == RepeatedForm.Renumbered ? int.Parse(match.Groups[5].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        return string.Join('\n', sent[target].Split('\n')[(first - 1)..Number(match.Groups[2])].Select(there => RepeatedBlocks.Render(there, form, shift)));
    }));

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\[lines (\d+)-(\d+) of result (\d+) \(.*?\) repeated here(, without line numbers)?(?:, numbers ([+-]\d+))?(?:: .* …)?\]$")]
    private static partial Regex Reference();
}
