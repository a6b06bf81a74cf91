using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Composition;

/// <summary>The summary of a conversation that no longer fits, as a provider sees it: behind the real OpenAI client, under a function loop.</summary>
public class SummaryOnTheWireTests
{
    private const string Model = "gpt-5.5";
    private const string Asked = "oldest messages are about to be left out";

    [Theory, InlineData(false), InlineData(true)]
    public async Task Summary_is_asked_for_behind_the_very_bytes_of_the_call_before(bool streamed)
    {
        const int Steps = 120;
        await using LoopbackOpenAIServer server = await LoopbackOpenAIServer.StartAsync(request =>
            request.LastText.Contains(Asked, StringComparison.Ordinal) ? LoopbackReply.Answer("so far so good", input: 3000, output: 4)
            : request.Messages.Count(message => LoopbackRequest.TextOf(message).StartsWith("page", StringComparison.Ordinal)) is var pages && request.Index < Steps
            ? new LoopbackReply { ToolCalls = [new LoopbackToolCall($"call_{request.Index}", "turn_page", $$"""{"after":{{pages}}}""")], FinishReason = "tool_calls" }
            : LoopbackReply.Answer("the end"));
        var services = new ServiceCollection();
        services.AddTokenThrift(thrift =>
        {
            thrift.AddModel(Model, _ => RoutedServers.ClientOf(server, Model));
            thrift.Models.Add(new ModelOverride { Id = Model, ContextTokens = 6_000, MaxOutputTokens = 1_000 });
            thrift.Compression.MaximumSummaryTokens = 400;
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        int turned = 0;
        AIFunction tool = AIFunctionFactory.Create((int after) => $"page {++turned}: " + string.Join(' ', Enumerable.Range(turned * 31, 120).Select(i => $"word{i * 7919 % 9973}")), "turn_page");
        IChatClient client = provider.GetRequiredService<IChatClient>().AsBuilder().UseFunctionInvocation(configure: loop => loop.MaximumIterationsPerRequest = Steps + 1).Build();

        ChatResponse response = await client.AskAsync(
            streamed, [new ChatMessage(ChatRole.System, "You read."), new ChatMessage(ChatRole.User, "Read the book.")], new ChatOptions { Tools = [tool], ResponseFormat = ChatResponseFormat.Json });

        Assert.EndsWith("the end", response.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("so far so good", response.Text, StringComparison.Ordinal);
        LoopbackRequest[] asked = [.. server.Requests.Where(request => request.LastText.Contains(Asked, StringComparison.Ordinal))];
        Assert.NotEmpty(asked);
        foreach (LoopbackRequest request in asked)
        {
            LoopbackRequest before = server.Requests[request.Index - 1];
            LoopbackRequest after = server.Requests[request.Index + 1];
            Assert.Equal(before.Messages.Select(message => message.GetRawText()), request.Messages.SkipLast(1).Select(message => message.GetRawText()));
            Assert.Equal(before.Body.GetProperty("tools").GetRawText(), request.Body.GetProperty("tools").GetRawText());
            Assert.Equal((false, 400, false), (request.IsStreaming, request.MaxOutputTokens, request.Body.TryGetProperty("response_format", out _)));
            Assert.DoesNotContain("tokenthrift", request.Body.GetRawText(), StringComparison.OrdinalIgnoreCase);
            Assert.Contains(after.Messages, message => LoopbackRequest.TextOf(message).EndsWith("\nso far so good", StringComparison.Ordinal));
            Assert.True(after.Messages.Count < before.Messages.Count);
        }

        ReceiptBook book = provider.GetRequiredService<ReceiptBook>();
        Assert.Equal(asked.Length, book.Recent().Sum(receipt => receipt.Calls.Count(call => call.Purpose == CallPurpose.Summary)));
        Assert.Equal(server.Requests.Count, book.Recent().Sum(receipt => receipt.Calls.Count));
    }
}
