using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Compression;

public sealed class CustomPassTests
{
    private static readonly string Table = string.Join('\n', Enumerable.Range(0, 200).Select(i => $"row {i}: {new string('-', 40)} value {i * 3} of the table"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pass_of_the_application_is_told_what_it_reads_and_does_its_work(bool streamed)
    {
        var pass = new Pass(isLossless: true, input => input.Text.Replace("----------", "-", StringComparison.Ordinal));
        using var model = new ScriptedChatClient("fine");
        using IChatClient client = model.AsBuilder().UsePromptCompression(o => o.Passes.Add(pass)).Build();

        await client.AskAsync(streamed, Conversations.Start("What is in row 7?").Call("read_table", Table, argument: "the table"));

        Assert.StartsWith("row 0: ---- value 0", model.Calls[0].Messages[^1].ResultText(), StringComparison.Ordinal);
        CompressionInput seen = Assert.Single(pass.Seen);
        Assert.Equal(("read_table", "What is in row 7?", false), (seen.ToolName, seen.Query, seen.IsVerbatim));
        Assert.Equal("the table", JsonDocument.Parse(seen.Arguments!).RootElement.GetProperty("q").GetString());
    }

    [Fact]
    public async Task A_lossy_pass_leaves_a_reference_and_one_that_throws_is_stepped_over()
    {
        var broken = new Pass(isLossless: false, _ => throw new InvalidOperationException("mine"));
        var first = new Pass(isLossless: false, input => input.Text[..2000]);
        using var model = new ScriptedChatClient("fine");
        var catalog = new ModelCatalog([new ModelInfo("test-model") { Prices = new ModelPrices(1_000_000, 5_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 } }]);
        var options = new PromptCompressionOptions();
        options.Passes.Add(broken);
        options.Passes.Add(first);
        using var client = new PromptCompressingChatClient(new MeteringChatClient(model, catalog, new TokenCounters(), TimeProvider.System), options);

        await client.GetResponseAsync(Conversations.Start().Call("read_table", Table));

        Assert.Matches(@"\[removed \d+ of \d+ characters; ref tt-[0-9a-f]{12}\]$", model.Calls[0].Messages[^1].ResultText());
        Assert.NotEmpty(broken.Seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_reducer_serves_the_reducing_client(bool streamed)
    {
        using var model = new ScriptedChatClient("fine");
        using IChatClient client = model.AsBuilder().UseChatReducer(new PromptCompressionReducer()).Build();
        List<ChatMessage> messages = Conversations.Start().Call("hotels", Conversations.PrettyRows);

        await client.AskAsync(streamed, messages);

        IReadOnlyList<ChatMessage> sent = model.Calls[0].Messages;
        Assert.Equal(4, sent.Count);
        Assert.StartsWith("{\"columns\"", sent[^1].ResultText(), StringComparison.Ordinal);
        Assert.Equal(messages[2].Contents.OfType<FunctionCallContent>().Single().CallId, sent[^1].Contents.OfType<FunctionResultContent>().Single().CallId);
        Assert.Equal(Conversations.PrettyRows, messages[^1].ResultText());
    }

    private sealed class Pass(bool isLossless, Func<CompressionInput, string?> apply) : ICompressionPass
    {
        public List<CompressionInput> Seen { get; } = [];

        public string Name => "mine";

        public bool IsLossless => isLossless;

        public string? Apply(CompressionInput input)
        {
            Seen.Add(input);
            return apply(input);
        }
    }
}
