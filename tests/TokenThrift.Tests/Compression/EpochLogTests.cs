using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Compression;
using TokenThrift.Compression.Sessions;
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
        UInt128[][] expected = await RunInTurnsAsync(streamed, NewCache(), instances: 1);

        Assert.Equal(expected, await RunInTurnsAsync(streamed, NewCache(), instances: 2));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("shared")]
    public async Task So_do_two_that_share_a_real_store(string? secret)
    {
        UInt128[][] expected = await RunInTurnsAsync(streamed: false, NewCache(), instances: 1);
        using var engine = new GarnetEngine();

        Assert.Equal(expected, await RunInTurnsAsync(streamed: false, engine.Connect(), instances: 2, secret));
        Assert.All(await engine.LivesAsync(), entry => Assert.NotNull(entry.Value));
    }

    // Ten calls each; before the last of each turn the provider's cache runs out, which only the instance whose turn it is can know.
    private static async Task<UInt128[][]> RunInTurnsAsync(bool streamed, IDistributedCache shared, int instances, string? secret = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));
        using var model = new ScriptedChatClient("fine");
        PromptCompressingChatClient[] clients = [.. Enumerable.Range(0, instances).Select(_ => Client(model, shared, time, secret))];
        List<ChatMessage> messages = Conversations.Start();
        for (int i = 0; i < 60; i++)
        {
            time.Advance(i % 10 == 9 ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(1));
            // Long results early in each turn, so that each has something old at its end.
            messages.Call("report", Report(i % 20 is 11 or 12 ? i - 11 : i, seed: i));
            await clients[i / 10 % instances].AskAsync(streamed, messages);
        }

        foreach (PromptCompressingChatClient client in clients)
        {
            client.Dispose();
        }

        Assert.DoesNotContain(model.Calls[8].Messages, IsDigest);
        Assert.Contains(model.Calls[9].Messages, IsDigest);
        return [.. model.Calls.Select(call => call.Messages.Select(MessageHash.Of).ToArray())];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_history_that_was_written_out_and_read_again_sends_the_same_bytes(bool streamed)
    {
        IDistributedCache shared = NewCache();
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient first = Client(model, shared);
        List<ChatMessage> messages = Conversations.Start();
        // What a function loop says of a tool that failed; the exception itself is not written out.
        messages.Call("report", "Error: Function failed.");
        messages[^1].Contents.OfType<FunctionResultContent>().Single().Exception = new TimeoutException("too slow");
        messages = await RunAsync(streamed, first, messages);
        string[] sent = [.. model.Calls[^1].Messages.Select(Print)];
        Assert.Contains(model.Calls[^1].Messages, IsDigest);

        using PromptCompressingChatClient second = Client(model, shared);
        await second.AskAsync(streamed, Conversations.WrittenOut(messages));

        Assert.Equal(sent, model.Calls[^1].Messages.Select(Print));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_taken_out_near_a_cap_stays_out_when_there_is_none_any_more(bool streamed)
    {
        IDistributedCache shared = NewCache();
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient first = Client(model, shared);
        var pressed = new ChatOptions();
        IEnumerable<ChatMessage> none = [];
        RequestContext.GetOrCreate(ref none, ref pressed).Set(new SpendPressure(0.99));
        List<ChatMessage> messages = Conversations.Start().Call("run", string.Join('\n', Enumerable.Range(10, 25).Select(i => $"2026-01-05 10:00:{i} INFO request {i} served in {i * 7} ms")));
        await first.AskAsync(streamed, messages, pressed);
        UInt128[] sent = [.. model.Calls[^1].Messages.Select(MessageHash.Of)];
        Assert.Contains("[removed", model.Calls[^1].Messages[^1].ResultText(), StringComparison.Ordinal);
        messages.Call("report", "nothing new");

        using PromptCompressingChatClient second = Client(model, shared);
        await second.AskAsync(streamed, messages);

        Assert.Equal(sent, model.Calls[^1].Messages.Take(sent.Length).Select(MessageHash.Of));
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

        Assert.InRange(PrefixBreaks(model), 1, 5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_fetched_back_is_sent_again_by_another_instance(bool streamed)
    {
        IDistributedCache shared = NewCache();
        using var model = new ScriptedChatClient(call => call.Messages[^1].Text == "first?" && ReferenceIn(call.Messages) is { } reference
            ? ScriptedChatClient.ToolCall("thrift_retrieve", new Dictionary<string, object?> { ["ref"] = reference, ["query"] = "entry \"7\"\tor\nmore" }, "r1")
            : ScriptedChatClient.Answer("fine"));
        using PromptCompressingChatClient first = Client(model, shared);
        List<ChatMessage> messages = await RunAsync(streamed, first);
        messages.Add(new ChatMessage(ChatRole.Assistant, "So far so good."));
        messages.Add(new ChatMessage(ChatRole.User, "first?"));
        messages.AddRange((await first.AskAsync(streamed, messages)).Messages);
        IReadOnlyList<ChatMessage> sent = model.Calls[^1].Messages;
        Assert.Contains(sent, message => message.Contents.OfType<FunctionCallContent>().Any(call => call.CallId == "r1"));
        messages.Add(new ChatMessage(ChatRole.User, "thanks"));

        using PromptCompressingChatClient second = Client(model, shared);
        await second.AskAsync(streamed, messages);
        Assert.Equal(sent.Select(MessageHash.Of), model.Calls[^1].Messages.Take(sent.Count).Select(MessageHash.Of));

        // Later too, when the call is not the last one any more and another epoch may have come.
        UInt128[] later = await GoOnAsync(streamed, second, model, messages);
        using PromptCompressingChatClient third = Client(model, shared);
        await third.AskAsync(streamed, messages);
        Assert.Equal(later, model.Calls[^1].Messages.Select(MessageHash.Of));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Conversations_with_one_opening_that_write_at_the_same_moment_take_nothing_from_one_another(bool streamed)
    {
        const int Forks = 8;
        var shared = new SlowCache();
        List<ChatMessage>[] forks = new List<ChatMessage>[Forks];
        UInt128[][] sent = new UInt128[Forks][];
        await Task.WhenAll(Enumerable.Range(0, Forks).Select(fork => Task.Run(async () =>
        {
            using var model = new ScriptedChatClient("fine");
            using PromptCompressingChatClient client = Client(model, shared);
            forks[fork] = await RunAsync(streamed, client, seed: fork);
            sent[fork] = [.. model.Calls[^1].Messages.Select(MessageHash.Of)];
            Assert.Contains(model.Calls[^1].Messages, IsDigest);
        })));

        for (int fork = 0; fork < Forks; fork++)
        {
            using var model = new ScriptedChatClient("fine");
            using PromptCompressingChatClient restarted = Client(model, shared);
            await restarted.AskAsync(streamed, forks[fork]);
            Assert.Equal(sent[fork], model.Calls[^1].Messages.Select(MessageHash.Of));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_log_of_another_version_is_as_good_as_lost(bool streamed)
    {
        var shared = new RecordingCache();
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient first = Client(model, shared);
        List<ChatMessage> messages = await RunAsync(streamed, first);
        string mark = Assert.Single(shared.Keys, key => key.Contains(":log-", StringComparison.Ordinal));
        shared.SetString(mark, "2");

        var recorder = new ChatOptions();
        IEnumerable<ChatMessage> none = [];
        RequestContext context = RequestContext.GetOrCreate(ref none, ref recorder);
        using PromptCompressingChatClient second = Client(model, shared);
        Assert.Equal("fine", (await second.AskAsync(streamed, messages, recorder)).Text);
        Assert.Equal(EpochReason.Unlogged, Assert.Single(ReceiptRecorder.Of(context).Compressions()).Epoch);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_that_was_switched_off_stays_so_for_another_instance(bool streamed)
    {
        // This model fetches back whatever it can, so that epochs cost more than they save.
        bool fetches = true;
        using var model = new ScriptedChatClient(call => fetches && ReferenceIn(call.Messages) is { } reference
            ? ScriptedChatClient.ToolCall("thrift_retrieve", new Dictionary<string, object?> { ["ref"] = reference }, $"fetch-{call.Index}")
            : ScriptedChatClient.Answer("fine"));
        var shared = new RecordingCache();
        using PromptCompressingChatClient first = Client(model, shared);
        List<ChatMessage> messages = await RunAsync(streamed, first);
        for (int i = 0; i < 60 && !IsSwitchedOff(shared); i++)
        {
            messages.Call("report", $"nothing new after {i}");
            await first.AskAsync(streamed, messages);
        }

        Assert.True(IsSwitchedOff(shared));
        fetches = false;
        List<ChatMessage> control = [.. messages];

        string[] log = [.. shared.Keys.Where(IsEntry).Order(StringComparer.Ordinal)];
        Assert.False(await ChangesWhatItSentAsync(streamed, shared, messages));
        // It was read, not decided a second time.
        Assert.Equal(log, shared.Keys.Where(IsEntry).Order(StringComparer.Ordinal));
        // Without that entry the same history loses what is old.
        Assert.True(await ChangesWhatItSentAsync(streamed, NewCache(), control));
    }

    // Whether an instance that has only the log takes something out of what it sent before, at the latest when the provider's cache has run out.
    private static async Task<bool> ChangesWhatItSentAsync(bool streamed, IDistributedCache cache, List<ChatMessage> messages)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient client = Client(model, cache, time);
        for (int i = 0; i < 13; i++)
        {
            time.Advance(i == 12 ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(1));
            messages.Call("report", i == 0 ? string.Join('\n', Enumerable.Range(0, 400).Select(j => $"late {j} with value {j * 104723}")) : $"nothing new at last {i}");
            await client.AskAsync(streamed, messages);
        }

        return PrefixBreaks(model) > 0;
    }

    private static int PrefixBreaks(ScriptedChatClient model) => model.Calls.Zip(model.Calls.Skip(1)).Count(calls =>
        !calls.First.Messages.Select(MessageHash.Of).SequenceEqual(calls.Second.Messages.Take(calls.First.Messages.Count).Select(MessageHash.Of)));

    private static bool IsSwitchedOff(RecordingCache cache) =>
        cache.Keys.Where(IsEntry).Any(key => cache.GetString(key)!.Contains(" off", StringComparison.Ordinal));

    private static bool IsEntry(string key) => key.Contains(":epoch-", StringComparison.Ordinal);

    private static string? ReferenceIn(IEnumerable<ChatMessage> messages) => messages.SelectMany(m => m.Contents).OfType<FunctionResultContent>()
        .Select(r => System.Text.RegularExpressions.Regex.Match((string)r.Result!, @"^\[removed.*?(tt-[0-9a-f]{12})"))
        .FirstOrDefault(match => match.Success)?.Groups[1].Value;

    private static async Task<UInt128[]> GoOnAsync(bool streamed, PromptCompressingChatClient client, ScriptedChatClient model, List<ChatMessage> messages)
    {
        for (int i = 0; i < 20; i++)
        {
            messages.Call("report", string.Join('\n', Enumerable.Range(0, 200).Select(j => $"late {i} {j} with value {(i * 7907) + (j * 104723)}")));
            await client.AskAsync(streamed, messages);
        }

        return [.. model.Calls[^1].Messages.Select(MessageHash.Of)];
    }

    // What the provider is sent of a message, whatever objects it is made of.
    private static string Print(ChatMessage message) => HistoryPrints.Of([message], [1])[1];

    private static bool IsDigest(ChatMessage message) =>
        message.Contents.OfType<FunctionResultContent>().Any(r => ((string)r.Result!).StartsWith("[removed", StringComparison.Ordinal));

    private static MemoryDistributedCache NewCache() => new(Options.Create(new MemoryDistributedCacheOptions()));

    private static PromptCompressingChatClient Client(ScriptedChatClient model, IDistributedCache cache, TimeProvider? time = null, string? secret = null) => new(
        new MeteringChatClient(model, Catalog, TokenCounters.Shared, time ?? TimeProvider.System), new PromptCompressionOptions(), store: new CompressionStore(cache, secret: secret), time: time);

    // Long enough for an epoch to pay.
    private static async Task<List<ChatMessage>> RunAsync(bool streamed, PromptCompressingChatClient client, List<ChatMessage>? messages = null, int seed = 0)
    {
        messages ??= Conversations.Start();
        for (int i = 0; i < 60; i++)
        {
            messages.Call("report", Report(i, seed));
            await client.AskAsync(streamed, messages);
        }

        return messages;
    }

    private static string Report(int i, int seed) => i % 20 < 6
        ? string.Join('\n', Enumerable.Range(0, 400).Select(j => $"entry {i} {j} of a long report with value {seed + (i * 7919) + (j * 104729)}"))
        : $"nothing new {i}";

    /// <summary>A cache that others get at between any two steps.</summary>
    private class RecordingCache : IDistributedCache
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, byte[]> _values = new(StringComparer.Ordinal);

        public ICollection<string> Keys => _values.Keys;

        public byte[]? Get(string key) => _values.GetValueOrDefault(key);

        public virtual Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Task.FromResult(Get(key));

        public void Refresh(string key)
        {
        }

        public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

        public void Remove(string key) => _values.TryRemove(key, out _);

        public Task RemoveAsync(string key, CancellationToken token = default)
        {
            Remove(key);
            return Task.CompletedTask;
        }

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => _values[key] = value;

        public virtual Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
        {
            Set(key, value, options);
            return Task.CompletedTask;
        }
    }

    private sealed class SlowCache : RecordingCache
    {
        public override async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
        {
            byte[]? value = Get(key);
            await Task.Delay(2, token);
            return value;
        }

        public override async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
        {
            await Task.Delay(2, token);
            Set(key, value, options);
        }
    }
}
