using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Compression;

public sealed class PromptCompressingChatClientTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Json_results_reach_the_model_smaller_and_the_caller_keeps_its_own(bool streamed)
    {
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(model, new PromptCompressionOptions());
        List<ChatMessage> messages = Conversations.Start().Call("hotels", Conversations.PrettyRows);

        ChatResponse response = await client.AskAsync(streamed, messages);

        Assert.Equal("fine", response.Text);
        Assert.Equal(
            """{"columns":["id","city","price.single","price.double"],"everyRow":{"open":true},"rows":[[1.0,"Oslo",120,180],[2.0,"Bergen",90,150],[3.0,"Troms\u00f8",110,1.70e2]]}""",
            model.Calls[0].Messages[3].ResultText());
        Assert.Equal(Conversations.PrettyRows, messages[3].ResultText());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Earlier_messages_are_sent_again_with_the_same_text(bool streamed)
    {
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(model, new PromptCompressionOptions());
        List<ChatMessage> messages = Conversations.Start();
        for (int i = 0; i < 4; i++)
        {
            messages.Call("hotels", Conversations.PrettyRows.Replace("Oslo", $"Oslo {i}", StringComparison.Ordinal));
            await client.AskAsync(streamed, messages);
        }

        for (int i = 1; i < model.Calls.Count; i++)
        {
            IReadOnlyList<ChatMessage> before = model.Calls[i - 1].Messages;
            Assert.Equal(before.Select(MessageHash.Of), model.Calls[i].Messages.Take(before.Count).Select(MessageHash.Of));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_conversation_that_the_provider_keeps_is_not_touched(bool streamed)
    {
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(model, new PromptCompressionOptions());
        List<ChatMessage> messages = Conversations.Start().Call("hotels", Conversations.PrettyRows);

        await client.AskAsync(streamed, messages, new ChatOptions { ConversationId = "c1" });

        Assert.Equal(messages, model.Calls[0].Messages);
        Assert.Equal("c1", model.Calls[0].Options!.ConversationId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pass_that_throws_leaves_the_request_as_it_was(bool streamed)
    {
        using var model = new ScriptedChatClient("fine");
        var options = new PromptCompressionOptions { Passes = { new Throwing() } };
        using var client = new PromptCompressingChatClient(model, options);
        List<ChatMessage> messages = Conversations.Start().Call("notes", string.Concat(Enumerable.Repeat("plain words without any layout ", 40)));

        ChatResponse response = await client.AskAsync(streamed, messages);

        Assert.Equal("fine", response.Text);
        Assert.Same(messages[3], model.Calls[0].Messages[3]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_providers_raw_object_does_not_undo_a_rewrite(bool streamed)
    {
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(model, new PromptCompressionOptions());
        List<ChatMessage> messages = Conversations.Start().Call("hotels", Conversations.PrettyRows);
        messages[3].RawRepresentation = new object();
        messages[3].Contents[0].RawRepresentation = new object();

        await client.AskAsync(streamed, messages);

        Assert.Null(model.Calls[0].Messages[3].RawRepresentation);
        Assert.Null(model.Calls[0].Messages[3].Contents[0].RawRepresentation);
        Assert.NotNull(messages[3].RawRepresentation);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_receipt_says_what_each_pass_took_away(bool streamed)
    {
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(model, new PromptCompressionOptions());
        IEnumerable<ChatMessage> messages = Conversations.Start().Call("hotels", Conversations.PrettyRows);
        ChatOptions? options = null;
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);

        await client.AskAsync(streamed, messages, options);

        CompressionRecord record = Assert.Single(ReceiptRecorder.Of(context).Compressions());
        Assert.True(record.TokensAfter <= record.TokensBefore);
        Assert.True(record.ByPass["json"] > 0);
    }

    [Fact]
    public async Task The_quote_is_for_what_would_be_sent()
    {
        using var model = new ScriptedChatClient("fine");
        var catalog = new ModelCatalog([new ModelInfo("test-model") { Prices = new ModelPrices(1_000_000, 2_000_000) }]);
        using var meter = new MeteringChatClient(model, catalog, TokenCounters.Shared, TimeProvider.System);
        using var client = new PromptCompressingChatClient(meter, new PromptCompressionOptions());
        List<ChatMessage> messages = Conversations.Start().Call("hotels", Conversations.PrettyRows);

        using var seen = new ScriptedChatClient("fine");
        using var other = new PromptCompressingChatClient(seen, new PromptCompressionOptions());
        await other.GetResponseAsync(messages);

        var quoter = (ICallQuote)client.GetService(typeof(ICallQuote))!;
        CallQuote quote = await quoter.QuoteAsync(messages, null);

        Assert.Same(client, quoter);
        Assert.Equal((await meter.QuoteAsync(seen.Calls[0].Messages, null)).InputTokens, quote.InputTokens);
        Assert.Empty(model.Calls);
    }

    [Fact]
    public void Options_out_of_their_limits_are_refused_by_name()
    {
        using var model = new ScriptedChatClient("fine");
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            new PromptCompressingChatClient(model, new PromptCompressionOptions { MinimumTokens = 0 }));
        Assert.Contains("MinimumTokens must be at least 1", error.Message, StringComparison.Ordinal);
    }

    private sealed class Throwing : ICompressionPass
    {
        public string Name => "throwing";

        public bool IsLossless => true;

        public string? Apply(CompressionInput input) => throw new InvalidOperationException("broken");
    }
}
