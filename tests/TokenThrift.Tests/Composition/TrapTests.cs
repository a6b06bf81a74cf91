using Microsoft.Extensions.AI;
using TokenThrift.Budgets;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Composition;

/// <summary>Traps of the ecosystem that were seen by running code, each with the rule that keeps users out of it. Those of Semantic Kernel (F1 to F4, F7) are in its own test project.</summary>
public class TrapTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    /// <summary>F5: the default hybrid cache loses ambient state in its factory when the token can be cancelled.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ambient_state_reaches_the_provider_under_a_cancelable_token(bool streamed)
    {
        string? seen = null;
        using IChatClient client = new ScriptedChatClient(_ => { seen = Ambient.Value; return ScriptedChatClient.Answer("hello"); }).AsBuilder().UseTokenThrift().Build();
        using var cancellation = new CancellationTokenSource();
        Ambient.Value = "here";

        await client.AskAsync(streamed, "hi", cancellationToken: cancellation.Token);

        Assert.Equal("here", seen);
    }

    /// <summary>F6: the framework's own cache leaves tools out of its key.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Same_prompt_with_another_tool_is_not_a_hit(bool streamed)
    {
        var provider = new ScriptedChatClient("hello");
        using IChatClient client = provider.AsBuilder().UseTokenThrift().Build();

        await client.AskAsync(streamed, "hi", new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "a")] });
        await client.AskAsync(streamed, "hi", new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "b")] });

        Assert.Equal(2, provider.Calls.Count);
    }

    /// <summary>F6: ids and times of messages make no difference to the model.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Message_id_and_time_do_not_matter(bool streamed)
    {
        var provider = new ScriptedChatClient("hello");
        using IChatClient client = provider.AsBuilder().UseTokenThrift().Build();

        await client.AskAsync(streamed, [new ChatMessage(ChatRole.User, "hi") { MessageId = "1", CreatedAt = DateTimeOffset.UnixEpoch }]);
        await client.AskAsync(!streamed, [new ChatMessage(ChatRole.User, "hi") { MessageId = "2" }]);

        Assert.Single(provider.Calls);
    }

    /// <summary>F6: a hit must not report the first answer's usage as if it were spent again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hit_reports_no_usage_and_nothing_spent(bool streamed)
    {
        using IChatClient client = new ScriptedChatClient("hello").AsBuilder().UseTokenThrift().Build();

        await client.AskAsync(streamed, "hi");
        ChatResponse hit = await client.AskAsync(streamed, "hi");

        Assert.Equal(0, hit.Usage?.TotalTokenCount ?? 0);
        Assert.Empty(client.GetService<ReceiptBook>()!.Recent().Single(receipt => receipt.Cache is { Tier: CacheTier.Exact }).Calls);
    }

    /// <summary>F6: a value that JSON cannot express must not break the call.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cyclic_object_in_additional_properties_does_not_break_the_call(bool streamed)
    {
        var cyclic = new Dictionary<string, object?>();
        cyclic["self"] = cyclic;
        using IChatClient client = new ScriptedChatClient("hello").AsBuilder().UseTokenThrift().Build();

        ChatResponse response = await client.AskAsync(streamed, "hi", new ChatOptions { AdditionalProperties = new() { ["odd"] = cyclic } });

        Assert.Equal("hello", response.Text);
    }

    /// <summary>F8: twenty parallel calls draw on the one task around them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Task_flows_into_parallel_work(bool streamed)
    {
        using IChatClient client = new ScriptedChatClient("hello").AsBuilder().UseTokenThrift().Build();
        IBudgets budgets = client.GetService<IBudgets>()!;

        using (budgets.BeginTask("close", Limit.Calls(100)))
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.AskAsync(streamed, $"question {i}")));
        }

        Assert.Equal(20, client.GetService<ReceiptBook>()!.Recent().Count(receipt => receipt.Identity.Task?.StartsWith("close-", StringComparison.Ordinal) == true));
    }

    /// <summary>F8 (a): a scope opened inside an async method is gone for its caller; naming the task works.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Task_opened_in_an_async_helper_can_be_named(bool streamed)
    {
        using IChatClient client = new ScriptedChatClient("hello").AsBuilder().UseTokenThrift().Build();
        using AmbientTaskScope scope = await OpenAsync();
        var options = new ChatOptions();
        RequestSettings.Task.Set(options, scope.Task.Id);

        await client.AskAsync(streamed, "lost");
        await client.AskAsync(streamed, "found", options);

        Assert.Equal([null, scope.Task.Id], client.GetService<ReceiptBook>()!.Recent().Select(receipt => receipt.Identity.Task).Order());
    }

    /// <summary>F8 (b): a scope opened inside an async iterator is gone after its first yield; naming the task works.</summary>
    [Fact]
    public async Task Task_opened_in_an_async_iterator_can_be_named()
    {
        using IChatClient client = new ScriptedChatClient("hello").AsBuilder().UseTokenThrift().Build();

        await foreach (ChatResponse _ in AskTwiceAsync(client))
        {
        }

        Assert.All(client.GetService<ReceiptBook>()!.Recent(), receipt => Assert.NotNull(receipt.Identity.Task));
    }

    /// <summary>F8 (c): a stream that is read after its scope has closed still belongs to the task in which it was asked for.</summary>
    [Fact]
    public async Task Stream_read_after_the_scope_closed_belongs_to_the_task_it_was_asked_in()
    {
        using IChatClient client = new ScriptedChatClient("hello").AsBuilder().UseTokenThrift().Build();
        IAsyncEnumerable<ChatResponseUpdate> stream;
        string id;
        using (AmbientTaskScope scope = AmbientTask.Begin("close"))
        {
            id = scope.Task.Id;
            stream = client.GetStreamingResponseAsync("hi");
        }

        await stream.ToChatResponseAsync();

        Assert.Equal(id, Assert.Single(client.GetService<ReceiptBook>()!.Recent()).Identity.Task);
    }

    /// <summary>F9: an exception in the middle of a function loop loses the transcript; a final message keeps it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cap_reached_in_a_loop_can_end_it_with_the_transcript_kept(bool streamed)
    {
        int step = 0;
        var provider = new ScriptedChatClient(_ => ScriptedChatClient.ToolCall("step", id: $"call_{++step}"));
        using IChatClient client = provider.AsBuilder().UseFunctionInvocation().UseTokenThrift(thrift => thrift.BudgetLadder.Stop = BudgetStop.FinalMessage).Build();
        int runs = 0;

        ChatResponse response;
        using (client.GetService<IBudgets>()!.BeginTask("close", Limit.Calls(3)))
        {
            response = await client.AskAsync(streamed, "go", new ChatOptions { Tools = [AIFunctionFactory.Create(() => ++runs, "step")] });
        }

        Assert.Equal(3, provider.Calls.Count);
        Assert.Equal(3, runs);
        Assert.Equal("budget_exceeded", response.FinishReason?.Value);
        Assert.Equal(3, response.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Count());
    }

    private static async Task<AmbientTaskScope> OpenAsync()
    {
        await Task.Yield();
        return AmbientTask.Begin("close");
    }

    private static async IAsyncEnumerable<ChatResponse> AskTwiceAsync(IChatClient client)
    {
        using AmbientTaskScope scope = AmbientTask.Begin("close");
        var options = new ChatOptions();
        RequestSettings.Task.Set(options, scope.Task.Id);
        yield return await client.GetResponseAsync("one", options);
        yield return await client.GetResponseAsync("two", options);
    }
}
