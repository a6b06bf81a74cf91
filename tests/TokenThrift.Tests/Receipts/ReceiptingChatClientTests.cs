using System.Globalization;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Receipts;

public sealed class ReceiptingChatClientTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receipt_comes_back_with_the_answer(bool streamed)
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient(_ => ScriptedChatClient.Answer("two words", 1000, 100)));
        ChatResponse response = await bed.Client.AskAsync(streamed, "hello");
        ThriftReceipt receipt = ReceiptTestBed.ReceiptOf(response);
        Assert.Equal("two words", response.Text);
        Assert.Single(response.Messages);
        Assert.Equal(new NanoUsd(1_000_000 + 400_000), receipt.Spent);
        Assert.Equal("strong", receipt.ReferenceModelId);
        Assert.Equal(CallOutcome.Served, Assert.Single(receipt.Calls).Outcome);
        Assert.Same(receipt, bed.Last);
        Assert.Null(receipt.Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_saved_where_nothing_was_done(bool streamed)
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient(_ => ScriptedChatClient.Answer("a b", 1000, 100)));
        for (int i = 0; i < 5; i++)
        {
            ThriftReceipt receipt = ReceiptTestBed.ReceiptOf(await bed.Client.AskAsync(streamed, "question " + i.ToString(CultureInfo.InvariantCulture)));
            Assert.Equal(receipt.Spent, receipt.Baseline);
            Assert.Equal(default(SavingsByLever), receipt.Savings);
        }

        Assert.Equal(5, bed.Book.Total.Requests);
        Assert.Equal(new NanoUsd(5 * 1_400_000), bed.Book.Total.Spent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receipt_is_written_when_the_call_throws(bool streamed)
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient((_, _) => throw new TimeoutException("late")));
        await Assert.ThrowsAsync<TimeoutException>(() => bed.Client.AskAsync(streamed, "hello"));
        Assert.Equal(nameof(TimeoutException), bed.Last.Error);
        CallRecord call = Assert.Single(bed.Last.Calls);
        Assert.Equal(CallOutcome.Failed, call.Outcome);
        Assert.True(call.IsEstimated);
        Assert.Equal(bed.Last.Spent, bed.Last.Baseline);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receipt_is_written_when_the_call_is_cancelled(bool streamed)
    {
        using var stop = new CancellationTokenSource();
        var bed = new ReceiptTestBed(new ScriptedChatClient(async (_, token) =>
        {
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return ScriptedChatClient.Answer("never");
        }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bed.Client.AskAsync(streamed, "hello", cancellationToken: stop.Token));
        Assert.Equal(CallOutcome.Cancelled, Assert.Single(bed.Last.Calls).Outcome);
        Assert.Equal(nameof(OperationCanceledException), bed.Last.Error);
    }

    [Fact]
    public async Task Receipt_is_written_when_the_stream_is_left_early()
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient("one two three"));
        await foreach (ChatResponseUpdate update in bed.Client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "hello")]))
        {
            Assert.Equal("one", update.Text);
            break;
        }

        CallRecord call = Assert.Single(bed.Last.Calls);
        Assert.Equal(CallOutcome.Cancelled, call.Outcome);
        Assert.True(call.IsEstimated);
        Assert.True(call.Usage.Output > 0);
        Assert.Equal(1, bed.Book.Total.EstimatedCalls);
    }

    [Fact]
    public async Task Streamed_receipt_comes_on_an_extra_empty_trailing_update()
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient("one two"));
        var updates = new List<ChatResponseUpdate>();
        await foreach (ChatResponseUpdate update in bed.Client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "hello")]))
        {
            updates.Add(update);
        }

        Assert.Empty(updates[^1].Contents);
        Assert.True(updates[^1].AdditionalProperties?.ContainsKey(ThriftReceipt.PropertyName));
        Assert.DoesNotContain(updates.SkipLast(1), update => update.AdditionalProperties?.ContainsKey(ThriftReceipt.PropertyName) is true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_receipting_clients_write_one_receipt(bool streamed)
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient("answer"));
        using var outer = new ReceiptingChatClient(bed.Client, bed.Book, null, ReceiptTestBed.Catalog, bed.Counters, bed.Time);
        await outer.AskAsync(streamed, "hello");
        Assert.Equal(1, bed.Book.Total.Requests);
        Assert.Single(bed.Last.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Task_sums_the_calls_of_a_function_loop(bool streamed)
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient(call => call.Index == 0
            ? ScriptedChatClient.ToolCall("add", new Dictionary<string, object?> { ["x"] = 1 }, input: 1000, output: 10)
            : ScriptedChatClient.Answer("done", 2000, 20)));
        using IChatClient agent = bed.Client.AsBuilder().UseFunctionInvocation().Build();
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create((int x) => x + 1, "add")] };
        using AmbientTaskScope outer = AmbientTask.Begin("close", new RequestIdentity { Tenant = "t1" });
        using (AmbientTask.Begin("step"))
        {
            await agent.AskAsync(streamed, "hello", options);
        }

        SavingsSummary sum = TaskSavings.Of(outer.Task).Summary;
        Assert.Equal(2, sum.Requests);
        Assert.Equal(3000, sum.Usage.Input);
        Assert.Equal(30, sum.Usage.Output);
        Assert.Equal(new NanoUsd(3_000_000 + 120_000), sum.Spent);
        Assert.All(bed.Book.Recent(), receipt => Assert.Equal("t1", receipt.Identity.Tenant));
        Assert.All(bed.Book.Recent(), receipt => Assert.Equal(2, receipt.Tasks.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Failing_sink_is_counted_and_stepped_over(bool streamed)
    {
        var good = new InMemoryReceiptSink();
        var bed = new ReceiptTestBed(new ScriptedChatClient("answer"), sinks: [new BrokenSink(), good]);
        Assert.Equal("answer", (await bed.Client.AskAsync(streamed, "hello")).Text);
        Assert.Equal(1, bed.Book.SinkFailures);
        Assert.Single(good.Receipts());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_content_is_kept_unless_asked_for(bool streamed)
    {
        var silent = new ReceiptTestBed(new ScriptedChatClient("answer"));
        await silent.Client.AskAsync(streamed, "secret");
        Assert.Null(silent.Last.Content);
        Assert.Null(silent.Last.Calls[0].Sent);
        var open = new ReceiptTestBed(new ScriptedChatClient("answer"), new ReceiptOptions { IncludeContent = true });
        await open.Client.AskAsync(streamed, "secret");
        Assert.Equal(new ReceiptContent("user: secret\n", "answer"), open.Last.Content);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_settings_do_not_reach_the_provider(bool streamed)
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient("answer"));
        await bed.Client.AskAsync(streamed, "hello");
        Assert.Null(bed.Provider.Calls[0].Options?.AdditionalProperties);
    }

    [Fact]
    public async Task Receipt_book_keeps_a_bounded_number_and_sums_all()
    {
        var bed = new ReceiptTestBed(new ScriptedChatClient("answer"), new ReceiptOptions { RecentCapacity = 3 });
        for (int i = 0; i < 10; i++)
        {
            await bed.Client.AskAsync(false, "hello");
        }

        Assert.Equal(3, bed.Book.Recent().Count);
        Assert.Equal(10, bed.Book.Total.Requests);
    }

    [Fact]
    public void Options_out_of_their_limits_are_refused_by_name()
    {
        Assert.Contains("RecentCapacity", Assert.Throws<ArgumentException>(() => new ReceiptBook(new ReceiptOptions { RecentCapacity = -1 })).Message, StringComparison.Ordinal);
        Assert.Contains("FailureLogWindow", new ReceiptOptions { FailureLogWindow = TimeSpan.FromSeconds(-1) }.Validate(), StringComparison.Ordinal);
        Assert.Contains("ReferenceModelId", new ReceiptOptions { ReferenceModelId = " " }.Validate(), StringComparison.Ordinal);
    }

    private sealed class BrokenSink : IReceiptSink
    {
        public ValueTask AddAsync(ThriftReceipt receipt, CancellationToken cancellationToken = default) => throw new IOException("disk full");
    }
}
