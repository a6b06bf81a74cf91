using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Compression;

public sealed class WorkingSetTests
{
    private static readonly ModelCatalog Catalog = new([new ModelInfo("test-model") { Prices = new ModelPrices(1_000_000, 5_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 } }]);

    [Theory]
    [InlineData("src/worked-with.ts", true)]
    [InlineData("src/read-once.ts", false)]
    public async Task A_file_stays_in_the_prompt_for_as_long_as_calls_name_it(string path, bool stays)
    {
        using var model = new ScriptedChatClient("fine");
        using var meter = new MeteringChatClient(model, Catalog, new TokenCounters(), TimeProvider.System, "test-model");
        using var client = new PromptCompressingChatClient(meter, new PromptCompressionOptions(), new TokenCounters());
        List<ChatMessage> messages = Conversations.Start();
        messages.Call("read", Source("first"), "src/worked-with.ts").Call("read", Source("second"), "src/read-once.ts");
        int at = path == "src/worked-with.ts" ? 3 : 5;
        for (int i = 0; i < 40; i++)
        {
            messages.Call("edit", "Done.", "src/worked-with.ts").Call("search", Source($"hits of {i}"), $"what is number {i}?");
            await client.GetResponseAsync(messages);
        }

        Assert.Contains(model.Calls[^1].Messages, message => message.Contents.OfType<FunctionResultContent>().Any(result => ((string)result.Result!).StartsWith("[removed", StringComparison.Ordinal)));
        Assert.Equal(stays, !model.Calls[^1].Messages[at].ResultText().StartsWith("[removed", StringComparison.Ordinal));
    }

    private static string Source(string what) => string.Join('\n', Enumerable.Range(0, 60).Select(i => $"the line {i} of {what} says nothing that anybody would ever want to quote"));
}
