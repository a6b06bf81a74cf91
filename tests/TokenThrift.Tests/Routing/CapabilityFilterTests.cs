using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using static TokenThrift.Tests.Routing.RoutingTestKit;

namespace TokenThrift.Tests.Routing;

public class CapabilityFilterTests
{
    public static TheoryData<string, ModelCapabilities> Needs => new()
    {
        { "tools", ModelCapabilities.Tools },
        { "parallel", ModelCapabilities.ParallelTools },
        { "schema", ModelCapabilities.StructuredOutput },
        { "image", ModelCapabilities.Vision },
        { "audio", ModelCapabilities.Audio },
        { "pdf", ModelCapabilities.Files },
        { "reasoning", ModelCapabilities.Reasoning },
        { "tool result", ModelCapabilities.Tools },
    };

    [Theory, MemberData(nameof(Needs))]
    public async Task A_model_that_lacks_what_the_request_needs_is_left_out_with_the_reason(string need, ModelCapabilities lacking)
    {
        var cheap = new ScriptedChatClient("cheap");
        var dear = new ScriptedChatClient("dear");
        using CheapestCapableChatClient router = Router(
            null, new ModelLeg(Model("cheap", 1, Model("x", 1).Capabilities & ~lacking), cheap), Leg("dear", 10, dear));
        (List<ChatMessage> messages, ChatOptions options) = RequestFor(need);

        var (response, routing, _) = await router.AskRecordedAsync(false, messages, options);

        Assert.Equal("dear", response!.Text);
        Assert.Empty(cheap.Calls);
        Assert.Contains(lacking.ToString(), routing.Excluded["cheap"], StringComparison.Ordinal);
        Assert.Equal("only-capable", routing.Reason);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Nothing_left_is_a_typed_error_that_lists_every_model_and_sends_nothing(bool streamed)
    {
        var small = new ScriptedChatClient("x");
        var blind = new ScriptedChatClient("x");
        using CheapestCapableChatClient router = Router(
            null, new ModelLeg(Model("small", 1, context: 2_000), small), new ModelLeg(Model("blind", 1, ModelCapabilities.None), blind));
        var message = new ChatMessage(ChatRole.User, [new TextContent(string.Concat(Enumerable.Repeat("many words ", 1_000))), new DataContent(new byte[] { 1 }, "image/png")]);

        NoCapableModelException error = await Assert.ThrowsAsync<NoCapableModelException>(() => router.AskAsync(streamed, [message]));

        Assert.StartsWith("context: ", error.Excluded["small"], StringComparison.Ordinal);
        Assert.Equal("capability: Vision", error.Excluded["blind"]);
        Assert.Empty(small.Calls);
        Assert.Empty(blind.Calls);
    }

    [Fact]
    public async Task A_request_for_more_output_than_a_model_gives_goes_to_another()
    {
        using CheapestCapableChatClient router = Router(
            null, Leg("short", 1, new ScriptedChatClient("short")), new ModelLeg(Model("long", 10) with { MaxOutputTokens = 64_000 }, new ScriptedChatClient("long")));

        Assert.Equal("long", (await router.GetResponseAsync("write", new ChatOptions { MaxOutputTokens = 20_000 })).Text);
    }

    [Fact]
    public async Task Explain_says_what_would_be_done_and_asks_nobody()
    {
        var cheap = new ScriptedChatClient("cheap");
        var dear = new ScriptedChatClient("dear");
        using CheapestCapableChatClient router = Router(
            null, Leg("dear", 10, dear), Leg("cheap", 1, cheap), new ModelLeg(Model("blind", 1, ModelCapabilities.None), cheap));

        RoutingDecision decision = await router.ExplainAsync(
            [new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])], new ChatOptions { ModelId = "dear" });

        Assert.Equal("dear", decision.RequestedModelId);
        Assert.Equal("cheap", decision.ChosenModelId);
        Assert.Equal(["cheap", "dear"], decision.Candidates.Select(c => c.Model.Id));
        Assert.True(decision.Candidates[0].RankedCost < decision.Candidates[1].RankedCost);
        Assert.Equal("capability: Vision", Assert.Single(decision.Excluded).Exclusion);
        Assert.Empty(cheap.Calls);
        Assert.Empty(dear.Calls);
    }

    private static (List<ChatMessage> Messages, ChatOptions Options) RequestFor(string need)
    {
        var options = new ChatOptions();
        List<ChatMessage> messages = [new(ChatRole.User, "please")];
        AITool tool = AIFunctionFactory.Create((string city) => city, "weather");
        switch (need)
        {
            case "tools":
                options.Tools = [tool];
                break;
            case "parallel":
                options.Tools = [tool];
                options.AllowMultipleToolCalls = true;
                break;
            case "schema":
                options.ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonDocument.Parse("""{"type":"string"}""").RootElement);
                break;
            case "image":
                messages[0].Contents.Add(new DataContent(new byte[] { 1 }, "image/png"));
                break;
            case "audio":
                messages[0].Contents.Add(new UriContent(new Uri("http://localhost/a.wav"), "audio/wav"));
                break;
            case "pdf":
                messages[0].Contents.Add(new DataContent(new byte[] { 1 }, "application/pdf"));
                break;
            case "reasoning":
                options.Reasoning = new ReasoningOptions { Effort = ReasoningEffort.High };
                break;
            default:
                messages.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", "weather")]));
                messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", "sunny")]));
                break;
        }

        return (messages, options);
    }
}
