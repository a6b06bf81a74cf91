using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace TokenThrift.SemanticKernel.Tests;

public sealed class PromptCompressionReducerTests
{
    private static readonly string Rows = "[\n" + string.Join(",\n", Enumerable.Range(0, 20).Select(i => $"  {{ \"id\": {i}, \"city\": \"Oslo\", \"open\": true }}")) + "\n]";

    [Fact]
    public async Task A_history_of_the_kernel_is_reduced_through_its_own_interface()
    {
        var history = new ChatHistory("You help.");
        history.AddUserMessage("What is open?");
        history.Add(new ChatMessageContent(AuthorRole.Assistant, [new FunctionCallContent("list", "hotels", "c1", new KernelArguments { ["city"] = "Oslo" })]));
        history.Add(new ChatMessageContent(AuthorRole.Tool, [new FunctionResultContent("list", "hotels", "c1", Rows)]));
        history.AddAssistantMessage("All of them.");

        ChatMessageContent[]? reduced = [.. await history.ReduceAsync(new PromptCompressionHistoryReducer(), CancellationToken.None)];

        Assert.Equal(5, reduced.Length);
        FunctionResultContent result = Assert.IsType<FunctionResultContent>(Assert.Single(reduced[3].Items));
        Assert.StartsWith("{\"columns\":[\"id\"],\"everyRow\":{\"city\":\"Oslo\",\"open\":true}", (string)result.Result!, StringComparison.Ordinal);
        Assert.Equal(("c1", "list", "hotels"), (result.CallId, result.FunctionName, result.PluginName));
        Assert.Same(history[1], reduced[1]);
        Assert.Equal(Rows, ((FunctionResultContent)history[3].Items[0]).Result);
    }

    [Fact]
    public async Task Where_nothing_can_be_smaller_the_history_stays()
    {
        ChatMessageContent[] history = [new(AuthorRole.User, "Hello"), new(AuthorRole.Assistant, "Hi")];
        Assert.Null(await new PromptCompressionHistoryReducer().ReduceAsync(history));
    }
}
