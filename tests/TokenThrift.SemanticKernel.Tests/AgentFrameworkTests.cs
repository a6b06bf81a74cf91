using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.SemanticKernel.Tests;

/// <summary>Agents of Microsoft.Agents.AI over a chat client that TokenThrift decorates.</summary>
public class AgentFrameworkTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Every_model_call_of_an_agent_is_seen(bool loopInside, bool streamed)
    {
        var provider = new ScriptedChatClient(call => call.Messages[^1].Role == ChatRole.Tool ? ScriptedChatClient.Answer("It is sunny.") : ScriptedChatClient.ToolCall("weather"));
        ChatClientBuilder builder = provider.AsBuilder().UseTokenThrift();
        if (loopInside)
        {
            builder = builder.UseFunctionInvocation();
        }

        using IChatClient client = builder.Build();
        int runs = 0;
        AIAgent agent = client.AsAIAgent("You report the weather.", "weatherman", tools: [AIFunctionFactory.Create(() => { runs++; return "sunny"; }, "weather")]);

        string text = streamed
            ? string.Concat(await agent.RunStreamingAsync("What is the weather?").Select(update => update.Text).ToListAsync())
            : (await agent.RunAsync("What is the weather?")).Text;

        Assert.Equal("It is sunny.", text);
        Assert.Equal(1, runs);
        Assert.Equal(2, provider.Calls.Count);
        Assert.Equal(2, client.GetService<ReceiptBook>()!.Recent().Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ambient_task_flows_into_an_agent_that_is_another_agents_tool(bool streamed)
    {
        var inner = new ScriptedChatClient("42");
        using IChatClient innerClient = inner.AsBuilder().UseTokenThrift().Build();
        AIFunction tool = innerClient.AsAIAgent("You count.", "counter").AsAIFunction();
        var outer = new ScriptedChatClient(call => call.Messages[^1].Role == ChatRole.Tool
            ? ScriptedChatClient.Answer("forty-two")
            : ScriptedChatClient.ToolCall(tool.Name, new Dictionary<string, object?> { ["query"] = "count" }));
        using IChatClient outerClient = outer.AsBuilder().UseTokenThrift().Build();
        AIAgent agent = outerClient.AsAIAgent("You ask.", "asker", tools: [tool]);

        using (Requests.AmbientTask.Begin("close"))
        {
            if (streamed)
            {
                await foreach (AgentResponseUpdate _ in agent.RunStreamingAsync("How many?"))
                {
                }
            }
            else
            {
                await agent.RunAsync("How many?");
            }
        }

        Assert.All(innerClient.GetService<ReceiptBook>()!.Recent(), receipt => Assert.StartsWith("close-", receipt.Identity.Task, StringComparison.Ordinal));
        Assert.Single(inner.Calls);
    }
}
