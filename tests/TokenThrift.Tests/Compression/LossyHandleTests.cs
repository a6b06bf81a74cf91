using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Compression;

public sealed partial class LossyHandleTests
{
    private static readonly ModelCatalog Catalog = new([new ModelInfo("test-model") { Prices = new ModelPrices(1_000_000, 5_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 } }]);

    public static TheoryData<string, string> Kinds => new()
    {
        { "stack", Repeat(ToolOutputs.DotNetTrace) },
        { "tests", Repeat(ToolOutputs.TestRun) },
        { "diff", Repeat(ToolOutputs.Diff) },
        { "log", Repeat(ToolOutputs.Log) },
        { "html", ToolOutputs.Html },
        { "array", ToolOutputs.Rows },
        { "extract", ToolOutputs.Prose },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_was_taken_out_is_given_back_byte_for_byte(string kind, string original)
    {
        string? reference = null;
        using var model = new ScriptedChatClient(call =>
        {
            if (reference is null && Reference().Match(call.Messages[^1].ResultText()) is { Success: true } match)
            {
                reference = match.Groups[1].Value;
                return new ChatResponse(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("r1", "thrift_retrieve", new Dictionary<string, object?> { ["ref"] = reference })]));
            }

            return ScriptedChatClient.Answer("done");
        });
        using var client = new PromptCompressingChatClient(new MeteringChatClient(model, Catalog, new TokenCounters(), TimeProvider.System), new PromptCompressionOptions { SampleArrays = true });

        await client.GetResponseAsync(Conversations.Start("How is the printing press depreciated?").Call("run", original));

        Assert.True(reference is not null, kind);
        Assert.True(model.Calls[0].Messages[^1].ResultText().Length < original.Length * 0.7, kind);
        Assert.Equal(original, model.Calls[1].Messages[^1].ResultText());
    }

    private static string Repeat(string text) => string.Join('\n', Enumerable.Range(0, 3).Select(i => text.Replace("Acme", $"Acme{i}", StringComparison.Ordinal)));

    [GeneratedRegex(@"\[removed \d+ of \d+ characters; ref (tt-[0-9a-f]{12})\]$")]
    private static partial Regex Reference();
}
