using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Compression;

public sealed class RetrievalTests
{
    private const string Tool = "thrift_retrieve";
    private static readonly ModelCatalog Catalog = new([new ModelInfo("test-model") { Prices = new ModelPrices(1_000_000, 5_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 } }]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_model_gets_a_removed_result_back_and_the_caller_sees_only_the_answer(bool streamed)
    {
        string[] originals = Originals();
        string? reference = null;
        using var model = new ScriptedChatClient(call =>
        {
            reference ??= FindReference(call.Messages);
            return reference is not null && call.Messages[^1].Role == ChatRole.User ? Retrieve(reference) : ScriptedChatClient.Answer("done");
        });
        using PromptCompressingChatClient client = Client(model);
        List<ChatMessage> messages = await RunAsync(client, streamed, originals);

        ChatResponse response = await client.AskAsync(streamed, [.. messages, new ChatMessage(ChatRole.User, "And the first one?")]);

        Assert.Equal("done", response.Text);
        Assert.DoesNotContain(response.Messages.SelectMany(m => m.Contents), content => content is FunctionCallContent);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Contains(model.Calls[^1].Messages[^1].ResultText(), originals);
        Assert.Equal(20, response.Usage!.InputTokenCount);
        Assert.Contains(model.Calls[^1].Options!.Tools!, tool => tool.Name == Tool);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_fetched_back_is_sent_again_in_the_next_request(bool streamed)
    {
        string? reference = null;
        using var model = new ScriptedChatClient(call =>
        {
            reference ??= FindReference(call.Messages);
            return reference is not null && call.Messages[^1].Text == "first?" ? Retrieve(reference, "Let me look.") : ScriptedChatClient.Answer("done");
        });
        using PromptCompressingChatClient client = Client(model);
        List<ChatMessage> messages = await RunAsync(client, streamed, Originals());
        messages.Add(new ChatMessage(ChatRole.User, "first?"));
        ChatResponse response = await client.AskAsync(streamed, messages);
        IReadOnlyList<ChatMessage> sent = model.Calls[^1].Messages;
        messages.AddRange(response.Messages);
        messages.Add(new ChatMessage(ChatRole.User, "thanks"));

        await client.AskAsync(streamed, messages);

        Assert.StartsWith("Let me look.", response.Text, StringComparison.Ordinal);
        IReadOnlyList<ChatMessage> next = model.Calls[^1].Messages;
        Assert.Equal(sent.SelectMany(Shape), next.SelectMany(Shape).Take(sent.SelectMany(Shape).Count()));
        Assert.Single(next.SelectMany(m => m.Contents).OfType<FunctionCallContent>(), call => call.Name == Tool);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_beside_a_tool_of_the_application_is_answered_with_the_next_request(bool streamed)
    {
        string? reference = null;
        bool isAsked = false;
        using var model = new ScriptedChatClient(call =>
        {
            reference ??= FindReference(call.Messages);
            if (call.Messages[^1].Text != "both?" || isAsked)
            {
                return ScriptedChatClient.Answer("done");
            }

            isAsked = true;
            return new ChatResponse(new ChatMessage(ChatRole.Assistant,
            [
                new FunctionCallContent("ours", Tool, new Dictionary<string, object?> { ["ref"] = reference }),
                new FunctionCallContent("theirs", "clock", new Dictionary<string, object?>()),
            ]))
            {
                FinishReason = ChatFinishReason.ToolCalls,
            };
        });
        using PromptCompressingChatClient client = Client(model);
        List<ChatMessage> messages = await RunAsync(client, streamed, Originals());
        int runs = 0;
        AIFunction clock = AIFunctionFactory.Create(() => $"tick {++runs}", "clock");
        using IChatClient loop = new ChatClientBuilder(client).UseFunctionInvocation(null, l => l.TerminateOnUnknownCalls = true).Build();

        ChatResponse response = await loop.AskAsync(streamed, [.. messages, new ChatMessage(ChatRole.User, "both?")], new ChatOptions { Tools = [clock] });

        Assert.EndsWith("done", response.Text, StringComparison.Ordinal);
        Assert.Equal(1, runs);
        Assert.DoesNotContain(response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>(), call => call.Name == Tool);
        FunctionResultContent[] results = [.. model.Calls[^1].Messages.TakeLast(2).SelectMany(m => m.Contents).OfType<FunctionResultContent>()];
        Assert.Equal(["ours", "theirs"], results.Select(r => r.CallId));
        Assert.Equal(["ours", "theirs"], model.Calls[^1].Messages[^3].Contents.OfType<FunctionCallContent>().Select(c => c.CallId));
        Assert.Contains("entry", (string)results[0].Result!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_asks_without_end_is_told_to_answer_and_then_cut_off(bool streamed)
    {
        using var model = new ScriptedChatClient(call => call.Options?.Tools is null ? ScriptedChatClient.Answer("working") : Retrieve("tt-000000000000"));
        using PromptCompressingChatClient client = Client(model);
        List<ChatMessage> messages = await RunAsync(client, streamed, Originals());
        int before = model.Calls.Count;

        ChatResponse response = await client.AskAsync(streamed, [.. messages, new ChatMessage(ChatRole.User, "again?")]);

        Assert.Equal(new PromptCompressionOptions().MaximumRetrievals + 2, model.Calls.Count - before);
        Assert.StartsWith("No more", model.Calls[^1].Messages[^1].ResultText(), StringComparison.Ordinal);
        Assert.Empty(response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>());
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retrievals_are_recorded_as_what_they_are(bool streamed)
    {
        string? reference = null;
        using var model = new ScriptedChatClient(call =>
        {
            reference ??= FindReference(call.Messages);
            return reference is not null && call.Messages[^1].Role == ChatRole.User ? Retrieve(reference) : ScriptedChatClient.Answer("done");
        });
        using PromptCompressingChatClient client = Client(model);
        List<ChatMessage> history = await RunAsync(client, streamed, Originals());
        IEnumerable<ChatMessage> messages = [.. history, new ChatMessage(ChatRole.User, "And the first one?")];
        ChatOptions? options = null;
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);

        await client.AskAsync(streamed, messages, options);

        Assert.Equal([CallPurpose.Answer, CallPurpose.Retrieval], ReceiptRecorder.Of(context).Calls().Select(c => c.Purpose));
    }

    [Fact]
    public async Task A_session_without_references_never_sees_the_tool()
    {
        using var model = new ScriptedChatClient("fine");
        using PromptCompressingChatClient client = Client(model);
        await client.GetResponseAsync(Conversations.Start().Call("hotels", Conversations.PrettyRows));
        Assert.Null(model.Calls[0].Options?.Tools);
    }

    private static PromptCompressingChatClient Client(IChatClient model) =>
        new(new MeteringChatClient(model, Catalog, TokenCounters.Shared, TimeProvider.System), new PromptCompressionOptions());

    private static string[] Originals() => [.. Enumerable.Range(0, 6).Select(i => string.Join('\n', Enumerable.Range(0, 400).Select(j => $"entry {i} {j} of a long report with value {(i * 7919) + (j * 104729)}")))];

    // A conversation that is long enough for an epoch to pay.
    private static async Task<List<ChatMessage>> RunAsync(PromptCompressingChatClient client, bool streamed, string[] results)
    {
        List<ChatMessage> messages = Conversations.Start();
        for (int i = 0; i < 40; i++)
        {
            messages.Call("report", i < results.Length ? results[i] : $"nothing new {i}");
            await client.AskAsync(streamed, messages);
        }

        messages.Add(new ChatMessage(ChatRole.Assistant, "So far so good."));
        return messages;
    }

    private static string? FindReference(IEnumerable<ChatMessage> messages) => messages.SelectMany(m => m.Contents).OfType<FunctionResultContent>()
        .Select(r => System.Text.RegularExpressions.Regex.Match((string)r.Result!, @"^\[removed.*?(tt-[0-9a-f]{12})"))
        .FirstOrDefault(match => match.Success)?.Groups[1].Value;

    private static ChatResponse Retrieve(string reference, string? text = null)
    {
        ChatResponse response = ScriptedChatClient.ToolCall(Tool, new Dictionary<string, object?> { ["ref"] = reference }, $"r{Guid.NewGuid():N}");
        if (text is not null)
        {
            response.Messages[0].Contents.Insert(0, new TextContent(text));
        }

        return response;
    }

    private static IEnumerable<string> Shape(ChatMessage message) => message.Contents.Select(content => content switch
    {
        FunctionCallContent call => $"call {call.CallId} {call.Name}",
        FunctionResultContent result => $"result {result.CallId} {result.Result}",
        _ => $"{message.Role} {content}",
    });
}
