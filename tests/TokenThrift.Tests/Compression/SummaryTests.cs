using CsCheck;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TokenThrift.Budgets;
using TokenThrift.Compression;
using TokenThrift.Compression.Sessions;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Compression;

/// <summary>What the model is asked to write down before messages are left out because the conversation no longer fits.</summary>
public sealed class SummaryTests
{
    private const int Window = 4000;
    private const int Answer = 800;
    private const string Asked = "oldest messages are about to be left out";
    private const string LeftOut = "earlier messages were left out";

    private static readonly ModelCatalog Catalog = new([new ModelInfo("test-model")
    {
        Prices = new ModelPrices(1_000_000, 5_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 },
        ContextTokens = Window,
        MaxOutputTokens = Answer,
    }]);

    [Theory, InlineData(true), InlineData(false)]
    public async Task Summary_rides_the_prompt_of_the_call_before_and_stands_where_messages_were_left_out(bool streamed)
    {
        using var model = new ScriptedChatClient(Summarising);
        using PromptCompressingChatClient client = Client(model);
        List<ChatMessage> messages = Conversations.Start("You must always answer in French.");
        var tool = AIFunctionFactory.Create((string q) => q, "search");
        ChatOptions options = new() { Tools = [tool], ResponseFormat = ChatResponseFormat.Json, StopSequences = ["and"], ToolMode = ChatToolMode.RequireAny, Temperature = 0.5f };
        int summaries = 0;
        for (int i = 0; i < 90; i++)
        {
            messages.Call("search", Conversations.PlainResult(i));
            int before = model.Calls.Count;
            ChatResponse response = await client.AskAsync(streamed, messages, options);

            Assert.Equal("fine", Assert.Single(response.Messages).Text);
            ScriptedChatClient.ScriptedCall[] calls = [.. model.Calls.Skip(before)];
            Assert.True(TokenCounters.Shared.For(Catalog.Find("test-model")).Count(calls[^1].Messages, calls[^1].Options) <= Window - Answer);
            Assert.Equal(15 * calls.Length, response.Usage!.TotalTokenCount);
            if (calls.Length == 1)
            {
                continue;
            }

            // The call before, byte for byte, and the instruction behind it.
            ScriptedChatClient.ScriptedCall asked = calls[0];
            Assert.Equal(2, calls.Length);
            Assert.Equal(model.Calls[before - 1].Messages.Select(MessageHash.Of), asked.Messages.SkipLast(1).Select(MessageHash.Of));
            Assert.Equal(ChatRole.User, asked.Messages[^1].Role);
            Assert.Equal((null, null, ChatToolMode.Auto, 0.5f), (asked.Options!.ResponseFormat, asked.Options.StopSequences, asked.Options.ToolMode, asked.Options.Temperature));
            Assert.InRange(asked.Options.MaxOutputTokens!.Value, 50, 300);
            Assert.Contains(asked.Options.Tools!, t => t.Name == tool.Name);
            Assert.False(asked.Streamed);

            summaries++;
            ChatMessage note = Assert.Single(calls[^1].Messages, message => message.Text.Contains(LeftOut, StringComparison.Ordinal));
            Assert.Equal(ChatRole.User, note.Role);
            Assert.EndsWith($"\nnote {summaries}: so far", note.Text, StringComparison.Ordinal);
            // One message for all that are missing.
            Assert.StartsWith($"[{messages.Count - calls[^1].Messages.Count + 1} earlier", note.Text, StringComparison.Ordinal);
        }

        Assert.True(summaries > 1);
    }

    [Theory]
    [InlineData(true, "empty")]
    [InlineData(false, "empty")]
    [InlineData(true, "call")]
    [InlineData(false, "call")]
    [InlineData(true, "filter")]
    [InlineData(false, "filter")]
    [InlineData(true, "fault")]
    [InlineData(false, "fault")]
    [InlineData(true, "too long")]
    [InlineData(false, "too long")]
    public async Task Without_a_usable_summary_the_messages_are_left_out_all_the_same(bool streamed, string trouble)
    {
        using var model = new ScriptedChatClient(call => !IsForSummary(call) ? ScriptedChatClient.Answer("fine") : trouble switch
        {
            "empty" => ScriptedChatClient.Answer("  \n"),
            "call" => ScriptedChatClient.ToolCall("search"),
            "filter" => Filtered(),
            "too long" => ScriptedChatClient.Answer(string.Join(' ', Enumerable.Range(0, Window))),
            _ => throw new HttpRequestException("no summary today"),
        });
        using PromptCompressingChatClient client = Client(model);
        await RunAsync(streamed, client);

        Assert.Contains(model.Calls, IsForSummary);
        IReadOnlyList<ChatMessage> sent = model.Calls[^1].Messages;
        ChatMessage note = Assert.Single(sent, message => message.Text.Contains(LeftOut, StringComparison.Ordinal));
        Assert.EndsWith("no longer fits.]", note.Text, StringComparison.Ordinal);
        Assert.True(TokenCounters.Shared.For(Catalog.Find("test-model")).Count(sent, null) <= Window - Answer);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Another_instance_takes_the_summary_from_the_log(bool streamed)
    {
        var shared = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        using var model = new ScriptedChatClient(call => IsForSummary(call) ? ScriptedChatClient.Answer("söme\nlines \ud83d of \"text\"") : ScriptedChatClient.Answer("fine"));
        using PromptCompressingChatClient first = Client(model, shared);
        List<ChatMessage> messages = await RunAsync(streamed, first);
        UInt128[] sent = [.. model.Calls[^1].Messages.Select(MessageHash.Of)];
        Assert.Contains(model.Calls[^1].Messages, message => message.Text.Contains("söme\nlines", StringComparison.Ordinal));
        int asked = model.Calls.Count(IsForSummary);

        using PromptCompressingChatClient second = Client(model, shared);
        await second.AskAsync(streamed, messages);

        Assert.Equal(sent, model.Calls[^1].Messages.Select(MessageHash.Of));
        Assert.Equal(asked, model.Calls.Count(IsForSummary));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Another_instance_leaves_out_the_same_of_a_conversation_without_tools_or_epochs(bool streamed, bool hasTools)
    {
        var shared = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        var options = new PromptCompressionOptions { MaximumSummaryTokens = 300, Epochs = !hasTools };
        using var model = new ScriptedChatClient(Summarising);
        using PromptCompressingChatClient first = Client(model, shared, options);
        List<ChatMessage> messages = Conversations.Start();
        for (int i = 0; i < 40; i++)
        {
            messages.AddRange(hasTools ? Conversations.Start().Call("search", Conversations.PlainResult(i), id: $"c{i}").Skip(2) : [new(ChatRole.Assistant, Conversations.PlainResult(i)), new(ChatRole.User, $"And {i}?")]);
            await first.AskAsync(streamed, messages);
        }

        UInt128[] sent = [.. model.Calls[^1].Messages.Select(MessageHash.Of)];
        int asked = model.Calls.Count(IsForSummary);
        Assert.True(asked > 0);

        using PromptCompressingChatClient second = Client(model, shared, options);
        await second.AskAsync(streamed, messages);

        Assert.Equal(sent, model.Calls[^1].Messages.Select(MessageHash.Of));
        Assert.Equal(asked, model.Calls.Count(IsForSummary));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task None_is_asked_for_unless_it_is_set(bool streamed)
    {
        using var model = new ScriptedChatClient(Summarising);
        using PromptCompressingChatClient client = Client(model, options: new PromptCompressionOptions());
        await RunAsync(streamed, client);

        Assert.DoesNotContain(model.Calls, IsForSummary);
        Assert.Contains(model.Calls[^1].Messages, message => message.Text.Contains(LeftOut, StringComparison.Ordinal));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task None_is_asked_for_where_a_budget_is_nearly_used_up(bool streamed)
    {
        using var model = new ScriptedChatClient(Summarising);
        using PromptCompressingChatClient client = Client(model);
        var options = new ChatOptions();
        IEnumerable<ChatMessage> none = [];
        RequestContext.GetOrCreate(ref none, ref options).Set(new SpendPressure(0.99));
        await RunAsync(streamed, client, options: options);

        Assert.DoesNotContain(model.Calls, IsForSummary);
        Assert.Contains(model.Calls[^1].Messages, message => message.Text.Contains(LeftOut, StringComparison.Ordinal));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Cancelled_call_stays_cancelled(bool streamed)
    {
        using var cancel = new CancellationTokenSource();
        using var model = new ScriptedChatClient(async (call, token) =>
        {
            if (IsForSummary(call))
            {
                await cancel.CancelAsync();
                token.ThrowIfCancellationRequested();
            }

            return ScriptedChatClient.Answer("fine");
        });
        using PromptCompressingChatClient client = Client(model);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(streamed, client, cancellationToken: cancel.Token));
        Assert.True(IsForSummary(model.Calls[^1]));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Summary_is_overhead_on_the_receipt_and_held_and_charged_as_any_call(bool streamed)
    {
        using var model = Priced();
        await using ServiceProvider services = Services(model);
        using BudgetTask task = services.GetRequiredService<IBudgets>().BeginTask("close", Limit.Usd(1m));
        await RunAsync(streamed, services.GetRequiredService<IChatClient>());

        ReceiptBook book = services.GetRequiredService<ReceiptBook>();
        ThriftReceipt receipt = book.Recent().Last(r => r.Calls.Any(call => call.Purpose == CallPurpose.Summary));
        Assert.Equal([CallPurpose.Summary, CallPurpose.Answer], receipt.Calls.Select(call => call.Purpose));
        Assert.Equal("full", Assert.Single(receipt.Compressions).Epoch);
        Assert.Equal(-receipt.Calls[0].Cost!.Value, receipt.Savings!.Value.Overhead);
        Assert.Equal(receipt.Baseline!.Value - receipt.Spent!.Value, receipt.Savings!.Value.Total);
        Assert.Equal(book.Total.Spent, task.Summary.SpentUsd);
        Assert.Equal(model.Calls.Count, task.Summary.Spent.Calls);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Summary_that_a_budget_refuses_keeps_no_answer_from_being_given(bool streamed)
    {
        using var model = Priced();
        await using ServiceProvider services = Services(model);
        // An answer without a limit of its own is given one that is affordable; a summary is not asked for by halves.
        List<ChatMessage> messages = Conversations.Start();
        long refused = 0;
        for (int i = 0; i < 40; i++)
        {
            using BudgetTask task = services.GetRequiredService<IBudgets>().BeginTask("close", Limit.OutputTokens(290));
            messages.Call("search", Conversations.PlainResult(i));
            await services.GetRequiredService<IChatClient>().AskAsync(streamed, messages);
            refused += task.Summary.Refused;
        }

        Assert.True(refused > 0);
        Assert.DoesNotContain(model.Calls, IsForSummary);
        Assert.Contains(model.Calls[^1].Messages, message => message.Text.EndsWith("no longer fits.]", StringComparison.Ordinal));
    }

    [Fact]
    public void Entry_with_a_summary_is_read_from_the_log_as_it_was_written() =>
        Gen.Select(Gen.Int[1, 999], Gen.Int[0, 99].Array[0, 5], Gen.String.Where(text => text.All(c => !char.IsSurrogate(c)))).Sample((messages, dropped, summary) =>
        {
            var entry = new EpochEntry(messages, EpochReason.Full, [], [], dropped) { Summary = summary.Length == 0 ? null : summary };

            (string print, EpochEntry read) = EpochLine.Parse(EpochLine.Write(entry, "abc", null))!.Value;

            Assert.Equal(("abc", entry.Messages, entry.Reason, entry.Summary), (print, read.Messages, read.Reason, read.Summary));
            Assert.Equal(entry.Dropped, read.Dropped);
        });

    [Theory]
    [InlineData("2 7 abc full 0/0 f r d2,3 x")]
    [InlineData("2 7 abc full 0/0 f r d2,3 s")]
    [InlineData("2 7 abc full 0/0 f r d2,3 s%%%")]
    [InlineData("2 7 abc full 0/0 f r d2,3 c28= more")]
    public void Line_with_anything_else_behind_it_is_none(string line) => Assert.Null(EpochLine.Parse(line));

    [Theory, InlineData(-1), InlineData(49), InlineData(32_769)]
    public void Length_out_of_its_limits_is_named(int tokens)
    {
        using var model = new ScriptedChatClient("fine");
        ArgumentException e = Assert.Throws<ArgumentException>(() => new PromptCompressingChatClient(model, new PromptCompressionOptions { MaximumSummaryTokens = tokens }));
        Assert.Contains("MaximumSummaryTokens must be 0, for no summary, or 50 to 32,768", e.Message, StringComparison.Ordinal);
    }

    private static bool IsForSummary(ScriptedChatClient.ScriptedCall call) => call.LastText.Contains(Asked, StringComparison.Ordinal);

    private static ChatResponse Summarising(ScriptedChatClient.ScriptedCall call)
    {
        if (!IsForSummary(call))
        {
            return ScriptedChatClient.Answer("fine");
        }

        string? earlier = call.Messages.FirstOrDefault(message => message.Text.Contains(LeftOut, StringComparison.Ordinal))?.Text;
        int number = earlier is null ? 0 : int.Parse(earlier[(earlier.LastIndexOf("note ", StringComparison.Ordinal) + 5)..earlier.LastIndexOf(':')], System.Globalization.CultureInfo.InvariantCulture);
        return ScriptedChatClient.Answer($" note {number + 1}: so far\n");
    }

    private static ChatResponse Filtered()
    {
        ChatResponse answer = ScriptedChatClient.Answer("half a summ");
        answer.FinishReason = ChatFinishReason.ContentFilter;
        return answer;
    }

    private static async Task<List<ChatMessage>> RunAsync(bool streamed, IChatClient client, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<ChatMessage> messages = Conversations.Start();
        for (int i = 0; i < 40; i++)
        {
            messages.Call("search", Conversations.PlainResult(i));
            await client.AskAsync(streamed, messages, options, cancellationToken);
        }

        return messages;
    }

    private static PromptCompressingChatClient Client(ScriptedChatClient model, IDistributedCache? shared = null, PromptCompressionOptions? options = null) => new(
        new MeteringChatClient(model, Catalog, TokenCounters.Shared, TimeProvider.System),
        options ?? new PromptCompressionOptions { MaximumSummaryTokens = 300 },
        store: shared is null ? null : new CompressionStore(shared));

    private static ScriptedChatClient Priced() => new(Summarising) { Metadata = new ChatClientMetadata("test", null, "gpt-5.5") };

    private static ServiceProvider Services(ScriptedChatClient model) => new ServiceCollection().AddTokenThrift(thrift =>
    {
        thrift.AddModel("gpt-5.5", _ => model);
        thrift.Models.Add(new ModelOverride { Id = "gpt-5.5", ContextTokens = Window, MaxOutputTokens = Answer });
        thrift.Compression.MaximumSummaryTokens = 300;
    }).BuildServiceProvider();
}
