using CsCheck;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Moq;
using TokenThrift.Compression;
using TokenThrift.Compression.Sessions;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Compression;

public sealed class EmergencyTests
{
    private const int Window = 4000;

    private static readonly ModelCatalog Catalog = new([new ModelInfo("test-model")
    {
        Prices = new ModelPrices(1_000_000, 5_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 },
        ContextTokens = Window,
        MaxOutputTokens = 400,
    }]);

    [Fact]
    public void Whole_groups_go_oldest_first_and_only_as_many_as_needed() =>
        Gen.Select(Gen.Enum<MessageKind>().Array[1, 40], Gen.Int[1, 50], Gen.Int[1, 400], Gen.Int[0, 5]).Sample((kinds, size, limit, keep) =>
        {
            int[] tokens = [.. kinds.Select((_, i) => 1 + (i * 7 % size))];

            IReadOnlyList<int> dropped = GroupDrop.Choose(kinds, tokens, limit, keep);

            Assert.Equal(dropped.Order(), dropped);
            Assert.DoesNotContain(dropped, i => kinds[i] is MessageKind.Fixed or MessageKind.Pinned);
            for (int i = 1; i < kinds.Length; i++)
            {
                // Results go exactly when what they answer goes.
                if (kinds[i] == MessageKind.Follow && kinds[i - 1] is MessageKind.Start or MessageKind.Follow)
                {
                    Assert.True(!dropped.Contains(i) || dropped.Contains(i - 1));
                }
            }

            if (dropped.Count > 0)
            {
                int first = Array.FindLastIndex(kinds, dropped[^1], kind => kind == MessageKind.Start);
                Assert.True(tokens.Sum() - dropped.Where(i => i < first).Sum(i => tokens[i]) > limit * 75L / 100);
            }
        }, iter: 500);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_history_that_no_longer_fits_is_sent_without_its_oldest_groups(bool streamed)
    {
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(new MeteringChatClient(model, Catalog, TokenCounters.Shared, TimeProvider.System), new PromptCompressionOptions());
        List<ChatMessage> messages = Conversations.Start("You must always answer in French.");
        for (int i = 0; i < 40; i++)
        {
            messages.Call("search", Conversations.PlainResult(i));
            if (i == 1)
            {
                PromptCompressionOptions.Pin(messages[^1]);
            }

            await client.AskAsync(streamed, messages);

            IReadOnlyList<ChatMessage> sent = model.Calls[^1].Messages;
            Assert.True(TokenCounters.Shared.For(Catalog.Find("test-model")).Count(sent, model.Calls[^1].Options) <= Window - 400);
            Assert.Same(messages[0], sent[0]);
            Assert.Same(messages[1], sent[1]);
            Assert.Same(messages[^1], sent[^1]);
            Assert.True(i < 1 || sent.Contains(messages[5]));
            string[] calls = [.. sent.SelectMany(m => m.Contents).OfType<FunctionCallContent>().Select(c => c.CallId)];
            Assert.Equal(calls, sent.SelectMany(m => m.Contents).OfType<FunctionResultContent>().Select(r => r.CallId));
        }

        Assert.Contains(model.Calls[^1].Messages, message => message.Text.Contains("earlier messages were left out", StringComparison.Ordinal));
        Assert.Equal(82, messages.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_so_too_where_nothing_can_be_kept(bool streamed)
    {
        var store = new Mock<IDistributedCache>();
        store.Setup(cache => cache.SetAsync(It.IsAny<string>(), It.IsAny<byte[]>(), It.IsAny<DistributedCacheEntryOptions>(), It.IsAny<CancellationToken>())).ThrowsAsync(new TimeoutException("no store today"));
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(
            new MeteringChatClient(model, Catalog, TokenCounters.Shared, TimeProvider.System), new PromptCompressionOptions { MaximumSummaryTokens = 100 }, store: new CompressionStore(store.Object));
        List<ChatMessage> messages = Conversations.Start();
        for (int i = 0; i < 40; i++)
        {
            messages.Call("search", Conversations.PlainResult(i));
            await client.AskAsync(streamed, messages);

            IReadOnlyList<ChatMessage> sent = model.Calls[^1].Messages;
            Assert.True(TokenCounters.Shared.For(Catalog.Find("test-model")).Count(sent, model.Calls[^1].Options) <= Window - 400);
            Assert.DoesNotContain(sent, message => message.Contents.OfType<FunctionResultContent>().Any(result => ((string)result.Result!).Contains("[removed", StringComparison.Ordinal)));
        }

        Assert.Contains(model.Calls[^1].Messages, message => message.Text.Contains("earlier messages were left out", StringComparison.Ordinal));
        store.VerifyAll();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Window_and_prices_are_those_of_the_model_that_a_request_names(bool streamed)
    {
        ModelInfo narrow = Catalog.Find("test-model")!;
        ModelInfo wide = narrow with { Id = "wide-model", ContextTokens = 400_000 };
        using var model = new ScriptedChatClient("fine");
        using var client = new PromptCompressingChatClient(
            new MeteringChatClient(model, new ModelCatalog([narrow, wide]), TokenCounters.Shared, TimeProvider.System), new PromptCompressionOptions { Epochs = false });
        List<ChatMessage> messages = Conversations.Start();
        for (int i = 0; i < 40; i++)
        {
            messages.Call("search", Conversations.PlainResult(i));
            foreach (string? id in new[] { null, "wide-model", "no-such-model" })
            {
                await client.AskAsync(streamed, messages, new ChatOptions { ModelId = id });
            }
        }

        IReadOnlyList<ChatMessage>[] last = [.. model.Calls.TakeLast(3).Select(call => call.Messages)];
        Assert.True(TokenCounters.Shared.For(narrow).Count(last[0], null) <= Window - 400);
        Assert.Equal(messages.Count, last[1].Count);
        Assert.Equal(messages.Count, last[2].Count);
        for (int call = 6; call < model.Calls.Count; call++)
        {
            // Each has a prompt cache of its own, and what was sent to it is sent to it again.
            IReadOnlyList<ChatMessage> before = model.Calls[call - 3].Messages;
            Assert.True(call % 3 == 0 || before.Select(MessageHash.Of).SequenceEqual(model.Calls[call].Messages.Take(before.Count).Select(MessageHash.Of)));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_comes_in_time_where_the_provider_counts_more_than_we_do(bool streamed)
    {
        const double Overrun = 1.3;
        ITokenCounter counter = TokenCounters.Shared.For(Catalog.Find("test-model"));
        using var model = new ScriptedChatClient(call => ScriptedChatClient.Answer("fine", input: (long)(Overrun * counter.Count(call.Messages, call.Options))));
        using var client = new PromptCompressingChatClient(
            new MeteringChatClient(model, Catalog, new TokenCounters(), TimeProvider.System), new PromptCompressionOptions { MaximumSummaryTokens = 100 });
        List<ChatMessage> messages = Conversations.Start();
        for (int i = 0; i < 60; i++)
        {
            messages.Call("search", Conversations.PlainResult(i));
            await client.AskAsync(streamed, messages);
            Assert.True(Overrun * counter.Count(model.Calls[^1].Messages, model.Calls[^1].Options) <= Window - 400);
        }

        Assert.Contains(model.Calls[^1].Messages, message => message.Text.Contains("earlier messages were left out", StringComparison.Ordinal));
    }
}
