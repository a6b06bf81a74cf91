using System.Text;
using CsCheck;
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

public sealed class CompressionInvariantTests
{
    private static readonly ModelCatalog Catalog = new([new ModelInfo("test-model") { Prices = new ModelPrices(1_000_000, 5_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 } }]);

    // Results of many kinds and sizes, hostile ones among them.
    private static readonly Gen<string> Result = Gen.Int[0, 21].Select(Gen.Int[1, 400], (kind, size) => kind switch
    {
        0 => Conversations.PrettyRows,
        1 => string.Join('\n', Enumerable.Range(0, size).Select(i => $"line {i} of parseThing{i % 7} in src/Some.File{i % 5}.cs")),
        2 => string.Join('\n', Enumerable.Range(0, size).Select(i => $"2026-01-05 10:00:{i % 60:00} INFO request {i} served")),
        3 => new string('[', size),
        4 => "\u001b[31mred\u001b[0m \ud800 lone \udc00" + new string('\u001b', size),
        5 => "{\"a\": [" + string.Join(", ", Enumerable.Repeat("{ \"b\": 1, \"c\": \"x\" }", size)) + "]}",
        6 => new string('A', size * 20),
        7 => string.Empty,
        8 => Convert.ToBase64String(Enumerable.Range(0, size * 10).Select(i => (byte)((i * 7919) >> 3)).ToArray()),
        >= 9 and < 21 => ToolOutputs.All[kind - 9],
        _ => string.Concat(Enumerable.Repeat("10%\r20%\r30%\n", size)),
    });

    [Fact]
    public async Task Outside_epochs_what_was_sent_is_sent_again_and_pairs_stay_whole() => await Result.Array[1, 30].SampleAsync(async results =>
    {
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient client = Client(model);
        List<ChatMessage> messages = Conversations.Start();
        string? epoch = null;
        for (int i = 0; i < results.Length; i++)
        {
            messages.Call("tool", results[i]);
            UInt128[] given = [.. messages.Select(MessageHash.Of)];
            IEnumerable<ChatMessage> request = messages;
            ChatOptions? options = null;
            RequestContext context = RequestContext.GetOrCreate(ref request, ref options);
            await client.GetResponseAsync(request, options);

            CompressionRecord record = Assert.Single(ReceiptRecorder.Of(context).Compressions());
            IReadOnlyList<ChatMessage> sent = model.Calls[^1].Messages;
            Assert.Equal(given, messages.Select(MessageHash.Of));
            Assert.Equal(messages.Select(Ids), sent.Select(Ids));
            epoch = record.Epoch;
            if (i > 0 && epoch is null)
            {
                IReadOnlyList<ChatMessage> before = model.Calls[^2].Messages;
                Assert.Equal(before.Select(MessageHash.Of), sent.Take(before.Count).Select(MessageHash.Of));
            }
        }
    }, iter: 40);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Instances_over_one_log_break_the_prefix_only_where_it_says_so_and_a_fresh_one_sends_the_same(bool streamed) =>
        await Gen.Select(Result.Array[8, 40], Gen.Int[0, 1 << 30]).SampleAsync(async (results, seed) =>
        {
            var random = new Random(seed);
            bool isNarrow = random.Next(2) == 0;
            // What is written out cannot hold half a character.
            results = [.. results.Select(result => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(result)))];
            using var shared = new Instances(isNarrow);
            List<ChatMessage> messages = Conversations.Start();
            for (int i = 0; i < results.Length; i++)
            {
                Append(messages, results, ref i, random);
                int before = shared.Model.Calls.Count;
                string? epoch = await shared.AskAsync(streamed, random.Next(2), random.Next(2) == 0 ? messages : Conversations.WrittenOut(messages), isPressed: random.Next(5) == 0);

                // Within a request the answers to the model's own calls come last, and nothing else changes.
                for (int call = Math.Max(1, before); call < shared.Model.Calls.Count; call++)
                {
                    if (call > before || epoch is null)
                    {
                        IReadOnlyList<ChatMessage> sent = shared.Model.Calls[call - 1].Messages;
                        Assert.Equal(sent.Select(Wire), shared.Model.Calls[call].Messages.Take(sent.Count).Select(Wire));
                    }
                }
            }

            // A last request, so that what was fetched back in the one before is in it.
            messages.Call("tool", "the end");
            shared.StopFetching();
            await shared.AskAsync(streamed, 0, messages, isPressed: false);
            string[] last = [.. shared.Model.Calls[^1].Messages.Select(Wire)];
            if (await shared.AskAsync(streamed, Instances.Fresh, Conversations.WrittenOut(messages), isPressed: false) is null)
            {
                Assert.Equal(last, shared.Model.Calls[^1].Messages.Select(Wire));
            }
        }, iter: 30);

    [Fact]
    public async Task Copy_that_is_taken_while_an_answer_comes_in_is_whole()
    {
        var compressor = new PromptCompressor(new PromptCompressionOptions(), (_, e) => throw e);
        ModelInfo model = Catalog.Find("test-model")!;
        var conversation = compressor.Plan(Conversations.Start().Call("hotels", Conversations.PrettyRows), null, TokenCounters.Shared.For(null), model, default).Conversation;
        Int128 before = conversation.Account.Balance;
        Int128 expected = conversation.Account.Spent + before;
        var copies = Task.Run(() =>
        {
            int torn = 0;
            for (int i = 0; i < 100_000; i++)
            {
                var account = conversation.Copy().Account;
                torn += account.Spent + account.Balance == expected ? 0 : 1;
            }

            return torn;
        });
        while (!copies.IsCompleted)
        {
            // What fetching costs is spent and not saved: the sum stays.
            conversation.Retrieved(1);
        }

        Assert.Equal(0, await copies);
        Assert.True(conversation.Account.Balance < before);
    }

    [Fact]
    public async Task A_fresh_process_sends_the_same_bytes() => await Result.Array[1, 30].SampleAsync(async results =>
    {
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient client = Client(model);
        using var other = new ScriptedChatClient("fine");
        using PromptCompressingChatClient restarted = Client(other);
        List<ChatMessage> messages = Conversations.Start();
        foreach (string result in results)
        {
            messages.Call("tool", result);
            await client.GetResponseAsync(messages);
        }

        await restarted.GetResponseAsync(messages);

        Assert.Equal(model.Calls[^1].Messages.Select(MessageHash.Of), other.Calls[^1].Messages.Select(MessageHash.Of));
    }, iter: 40);

    [Fact]
    public async Task A_question_asked_beside_another_over_one_opening_is_sent_as_a_fresh_process_would() => await Result.Array[1, 30].SampleAsync(async results =>
    {
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient client = Client(model);
        using var other = new ScriptedChatClient("fine");
        using PromptCompressingChatClient fresh = Client(other);
        List<ChatMessage> opening = Conversations.Start();
        foreach (string result in results)
        {
            opening.Call("tool", result);
        }

        await client.GetResponseAsync([.. opening, new ChatMessage(ChatRole.User, "What is in the first line?")]);
        ChatMessage[] second = [.. opening, new ChatMessage(ChatRole.User, "What is in the last line?")];
        await client.GetResponseAsync(second);
        await fresh.GetResponseAsync(second);
        Assert.Equal(other.Calls[0].Messages.Select(MessageHash.Of), model.Calls[1].Messages.Select(MessageHash.Of));

        // And it goes on from there.
        List<ChatMessage> longer = [.. second];
        longer.Call("tool", results[0]);
        await client.GetResponseAsync(longer);
        await fresh.GetResponseAsync(longer);
        Assert.Equal(other.Calls[1].Messages.Select(MessageHash.Of), model.Calls[2].Messages.Select(MessageHash.Of));
    }, iter: 40);

    [Fact]
    public void An_opening_that_was_read_whole_is_remembered_for_the_next_request()
    {
        var compressor = new PromptCompressor(new PromptCompressionOptions(), (_, e) => throw e);
        ITokenCounter counter = TokenCounters.Shared.For(null);
        List<ChatMessage> opening = Conversations.Start().Call("hotels", Conversations.PrettyRows);
        CompressionPlan first = compressor.Plan([.. opening, new ChatMessage(ChatRole.User, "one")], null, counter, null, default);
        Assert.False(compressor.Knows(HistoryChain.Of(opening)));
        compressor.Commit(first);
        Assert.True(compressor.Knows(HistoryChain.Of(opening)));

        CompressionPlan second = compressor.Plan([.. opening, new ChatMessage(ChatRole.User, "two")], null, counter, null, default);
        Assert.Null(second.Opening);
        Assert.Same(first.Messages[opening.Count - 1], second.Messages[opening.Count - 1]);
    }

    [Fact]
    public async Task A_pinned_result_is_never_touched()
    {
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient client = Client(model);
        List<ChatMessage> messages = Conversations.Start().Call("hotels", Conversations.PrettyRows);
        PromptCompressionOptions.Pin(messages[^1]);

        await client.GetResponseAsync(messages);

        Assert.Same(messages[^1], model.Calls[0].Messages[^1]);
    }

    [Fact]
    public async Task The_reducer_rewrites_without_loss_and_drops_nothing()
    {
        List<ChatMessage> messages = Conversations.Start().Call("hotels", Conversations.PrettyRows);
        ChatMessage[] reduced = [.. await new PromptCompressionReducer().ReduceAsync(messages, CancellationToken.None)];
        Assert.Equal(messages.Count, reduced.Length);
        Assert.StartsWith("{\"columns\"", reduced[^1].ResultText(), StringComparison.Ordinal);
        Assert.Equal(Conversations.PrettyRows, messages[^1].ResultText());
    }

    private static PromptCompressingChatClient Client(IChatClient model, CompressionStore? store = null) =>
        new(new MeteringChatClient(model, Catalog, new TokenCounters(), TimeProvider.System), new PromptCompressionOptions(), store: store);

    // One call, or several at once with their results together; some failed, some are pinned.
    private static void Append(List<ChatMessage> messages, string[] results, ref int next, Random random)
    {
        int calls = Math.Min(random.Next(4) == 0 ? 3 : 1, results.Length - next);
        int id = messages.Count;
        FunctionResultContent[] given = [.. results.Skip(next).Take(calls).Select((result, i) => new FunctionResultContent($"c{id}_{i}", result)
        {
            Exception = random.Next(8) == 0 ? new TimeoutException("too slow") : null,
        })];
        messages.Add(new ChatMessage(ChatRole.Assistant, [.. given.Select(result => new FunctionCallContent(result.CallId, "tool", new Dictionary<string, object?> { ["n"] = id }))]));
        messages.Add(new ChatMessage(ChatRole.Tool, [.. given]));
        if (random.Next(8) == 0)
        {
            PromptCompressionOptions.Pin(messages[^1]);
        }

        if (random.Next(6) == 0)
        {
            messages.Add(new ChatMessage(ChatRole.Assistant, "So much for that."));
            messages.Add(new ChatMessage(ChatRole.User, "Go on."));
        }

        next += calls - 1;
    }

    /// <summary>Two instances over one store, before a model that fetches something back in every fourth call, and what a third would do.</summary>
    private sealed class Instances : IDisposable
    {
        public const int Fresh = 2;

        private readonly PromptCompressingChatClient[] _clients;
        private int _asked;
        private bool _fetches = true;

        public Instances(bool isNarrow)
        {
            ModelCatalog catalog = isNarrow ? new([Catalog.Find("test-model")! with { ContextTokens = 20_000, MaxOutputTokens = 2_000 }]) : Catalog;
            var store = new CompressionStore(new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions())));
            var reader = new ScriptedChatClient(call => ScriptedChatClient.Answer($"summary of {call.Messages.Count} messages"));
            Model = new ScriptedChatClient(call =>
            {
                string? reference = _fetches && ++_asked % 4 == 0 ? ReferenceIn(call.Messages) : null;
                return reference is null ? ScriptedChatClient.Answer("fine")
                    : ScriptedChatClient.ToolCall("thrift_retrieve", new Dictionary<string, object?> { ["ref"] = reference }, $"r{_asked}");
            });
            _clients = [.. Enumerable.Range(0, 3).Select(_ => new PromptCompressingChatClient(
                new MeteringChatClient(new Split(Model, reader), catalog, new TokenCounters(), TimeProvider.System), new PromptCompressionOptions { MaximumSummaryTokens = isNarrow ? 200 : 0 }, store: store))];
        }

        public ScriptedChatClient Model { get; }

        public void StopFetching() => _fetches = false;

        /// <summary>Asks, and returns why something was taken out.</summary>
        public async Task<string?> AskAsync(bool streamed, int client, List<ChatMessage> messages, bool isPressed)
        {
            IEnumerable<ChatMessage> request = [.. messages];
            ChatOptions? options = null;
            RequestContext context = RequestContext.GetOrCreate(ref request, ref options);
            if (isPressed)
            {
                context.Set(new SpendPressure(0.99));
            }

            await _clients[client].AskAsync(streamed, request, options);
            return ReceiptRecorder.Of(context).Compressions()[0].Epoch;
        }

        public void Dispose() => Array.ForEach(_clients, client => client.Dispose());

        private static string? ReferenceIn(IEnumerable<ChatMessage> messages) => messages.SelectMany(m => m.Contents).OfType<FunctionResultContent>()
            .Select(r => System.Text.RegularExpressions.Regex.Match(ContentText.Of(r.Result), @"\[removed.*?(tt-[0-9a-f]{12})"))
            .FirstOrDefault(match => match.Success)?.Groups[1].Value;

        /// <summary>Sends what asks for a summary elsewhere, so that it is not among the calls of the conversation.</summary>
        private sealed class Split(IChatClient model, IChatClient reader) : DelegatingChatClient(model)
        {
            public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
                messages.Last().Text.Contains("about to be left out", StringComparison.Ordinal)
                    ? reader.GetResponseAsync(messages, options, cancellationToken) : base.GetResponseAsync(messages, options, cancellationToken);
        }
    }

    // As it goes over the wire, where half a character is none.
    private static string Wire(ChatMessage message) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes($"{message.Role}\n" + string.Join('\n', message.Contents.Select(content => content switch
    {
        FunctionCallContent call => $"call {call.CallId} {call.Name} {ContentText.OfArguments(call.Arguments)}",
        // A pinned result is left to the client, which writes text that was read back from JSON in another way.
        FunctionResultContent result => $"result {result.CallId} {(message.AdditionalProperties is null ? ContentText.OfResult(result.Result) : ContentText.Of(result.Result))}",
        _ => content.ToString(),
    }))));

    private static string Ids(ChatMessage message) => message.Role + string.Join(',', message.Contents.Select(content => content switch
    {
        FunctionCallContent call => "call " + call.CallId,
        FunctionResultContent result => "result " + result.CallId,
        _ => content.GetType().Name,
    }));
}
