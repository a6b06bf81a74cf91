using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Compression;

public sealed class EpochLogTests
{
    private static readonly ModelCatalog Catalog = new([new ModelInfo("test-model") { Prices = new ModelPrices(1_000_000, 5_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 } }]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_instance_with_the_same_log_sends_the_same_bytes(bool streamed)
    {
        IDistributedCache shared = NewCache();
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient first = Client(model, shared);
        List<ChatMessage> messages = await RunAsync(streamed, first);
        IReadOnlyList<ChatMessage> sent = model.Calls[^1].Messages;
        Assert.Contains(sent, IsDigest);

        using PromptCompressingChatClient second = Client(model, shared);
        await second.AskAsync(streamed, messages);

        Assert.Equal(sent.Select(MessageHash.Of), model.Calls[^1].Messages.Select(MessageHash.Of));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_instances_that_take_turns_send_what_one_alone_would_send(bool streamed)
    {
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient alone = Client(model, NewCache());
        await RunAsync(streamed, alone);
        UInt128[][] expected = [.. model.Calls.Select(call => call.Messages.Select(MessageHash.Of).ToArray())];

        IDistributedCache shared = NewCache();
        using var other = new ScriptedChatClient("fine");
        using PromptCompressingChatClient first = Client(other, shared);
        using PromptCompressingChatClient second = Client(other, shared);
        await RunAsync(streamed, first, second);

        Assert.Contains(other.Calls[^1].Messages, IsDigest);
        Assert.Equal(expected, other.Calls.Select(call => call.Messages.Select(MessageHash.Of).ToArray()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_log_does_not_break_the_call_and_the_prefix_holds_after_it(bool streamed)
    {
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient first = Client(model, NewCache());
        List<ChatMessage> messages = await RunAsync(streamed, first);

        using PromptCompressingChatClient second = Client(model, NewCache());
        Assert.Equal("fine", (await second.AskAsync(streamed, messages)).Text);
        IReadOnlyList<ChatMessage> sent = model.Calls[^1].Messages;
        messages.Call("report", "nothing new at last");
        await second.AskAsync(streamed, messages);

        Assert.Equal(sent.Select(MessageHash.Of), model.Calls[^1].Messages.Take(sent.Count).Select(MessageHash.Of));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_prefix_changes_only_in_a_few_epochs(bool streamed)
    {
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient client = Client(model, NewCache());
        await RunAsync(streamed, client);

        int breaks = Enumerable.Range(1, model.Calls.Count - 1).Count(i =>
        {
            IReadOnlyList<ChatMessage> before = model.Calls[i - 1].Messages;
            return !before.Select(MessageHash.Of).SequenceEqual(model.Calls[i].Messages.Take(before.Count).Select(MessageHash.Of));
        });
        Assert.InRange(breaks, 1, 5);
    }

    private static bool IsDigest(ChatMessage message) =>
        message.Contents.OfType<FunctionResultContent>().Any(r => ((string)r.Result!).StartsWith("[removed", StringComparison.Ordinal));

    private static MemoryDistributedCache NewCache() => new(Options.Create(new MemoryDistributedCacheOptions()));

    private static PromptCompressingChatClient Client(ScriptedChatClient model, IDistributedCache cache) => new(
        new MeteringChatClient(model, Catalog, TokenCounters.Shared, TimeProvider.System), new PromptCompressionOptions(), store: new CompressionStore(cache));

    // Long enough for an epoch to pay.
    private static async Task<List<ChatMessage>> RunAsync(bool streamed, params PromptCompressingChatClient[] clients)
    {
        List<ChatMessage> messages = Conversations.Start();
        for (int i = 0; i < 60; i++)
        {
            messages.Call("report", i % 20 < 6
                ? string.Join('\n', Enumerable.Range(0, 400).Select(j => $"entry {i} {j} of a long report with value {(i * 7919) + (j * 104729)}"))
                : $"nothing new {i}");
            await clients[i % clients.Length].AskAsync(streamed, messages);
        }

        return messages;
    }
}
