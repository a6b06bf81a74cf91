using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Samples.MonthEndClose.Simulation;
using TokenThrift.TestSupport;

namespace TokenThrift.Samples.Tests.MonthEndClose;

/// <summary>The simulated models behind the wire of the chat completions protocol.</summary>
internal static class SimulatedEndpoint
{
    public static Task<LoopbackOpenAIServer> StartAsync() => LoopbackOpenAIServer.StartAsync(Answer);

    private static LoopbackReply Answer(LoopbackRequest request)
    {
        ChatMessage[] messages = [.. request.Messages.Select(Read)];
        var options = new ChatOptions { Tools = [.. Tools(request.Body)] };
        ChatMessage answer = SimulatedModel.Answer(messages, options, ModelGrade.All.First(x => x.ModelId == request.Model));
        LoopbackToolCall[] calls = [.. answer.Contents.OfType<FunctionCallContent>().Select(x => new LoopbackToolCall(x.CallId, x.Name, JsonSerializer.Serialize(x.Arguments)))];
        return new LoopbackReply
        {
            Text = answer.Text,
            ToolCalls = calls,
            FinishReason = calls.Length > 0 ? "tool_calls" : "stop",
            InputTokens = ProviderTokenizer.Segments(messages, options).Sum(ProviderTokenizer.Shared.CountSegment),
            OutputTokens = ProviderTokenizer.Shared.Count(answer.Text) + (20 * calls.Length),
        };
    }

    private static IEnumerable<AITool> Tools(JsonElement body) => !body.TryGetProperty("tools", out JsonElement tools)
        ? []
        : tools.EnumerateArray().Select(tool => tool.GetProperty("function")).Select(x =>
            AIFunctionFactory.CreateDeclaration(x.GetProperty("name").GetString()!, x.GetProperty("description").GetString(), x.GetProperty("parameters")));

    private static ChatMessage Read(JsonElement message)
    {
        string text = LoopbackRequest.TextOf(message);
        switch (message.GetProperty("role").GetString())
        {
            case "tool":
                return new ChatMessage(ChatRole.Tool, [new FunctionResultContent(message.GetProperty("tool_call_id").GetString()!, text)]);
            case "assistant":
                var answer = new ChatMessage(ChatRole.Assistant, text);
                if (message.TryGetProperty("tool_calls", out JsonElement calls))
                {
                    foreach (JsonElement call in calls.EnumerateArray())
                    {
                        JsonElement function = call.GetProperty("function");
                        answer.Contents.Add(new FunctionCallContent(
                            call.GetProperty("id").GetString()!,
                            function.GetProperty("name").GetString()!,
                            JsonSerializer.Deserialize<Dictionary<string, object?>>(function.GetProperty("arguments").GetString()!)));
                    }
                }

                return answer;
            case "user":
                return new ChatMessage(ChatRole.User, text);
            default:
                return new ChatMessage(ChatRole.System, text);
        }
    }
}
