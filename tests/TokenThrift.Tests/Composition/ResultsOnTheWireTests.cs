using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;
using static TokenThrift.Tests.Composition.RoutedServers;

namespace TokenThrift.Tests.Composition;

/// <summary>What a provider is sent for the result of a tool, behind the real OpenAI client, with and without compression.</summary>
public class ResultsOnTheWireTests
{
    private const string Model = "gpt-5.5";
    private const string Source = "if (name == \"Åse\")\n{\n\treturn 'x' + \"\\n\"; // 😀 <b>\n}\n";

    public static TheoryData<string> Values => ["text", "none", "json-text", "json-object", "json-laid-out", "json-array", "node", "object", "list", "number", "flag", "function-text", "function-object"];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Result_is_counted_as_the_client_writes_it(string kind)
    {
        await using LoopbackOpenAIServer server = await LoopbackOpenAIServer.StartAsync(LoopbackReply.Answer("fine"));
        object? value = await ValueAsync(kind);
        await ClientOf(server, Model).GetResponseAsync(History(value));

        Assert.Equal(LoopbackRequest.TextOf(server.Requests[0].Messages[^1]), ContentText.OfResult(value));
        ITokenCounter counter = TokenCounters.Shared.For(ModelCatalog.Default.Find(Model));
        Assert.Equal(counter.Count(History(ContentText.OfResult(value)), null), counter.Count(History(value), null));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Arguments_are_counted_as_the_client_writes_them(string kind)
    {
        await using LoopbackOpenAIServer server = await LoopbackOpenAIServer.StartAsync(LoopbackReply.Answer("fine"));
        List<ChatMessage> messages = History("done");
        var arguments = new Dictionary<string, object?> { ["path"] = "a.cs", ["value"] = await ValueAsync(kind) };
        messages[1].Contents = [new FunctionCallContent("c1", "write", arguments)];
        await ClientOf(server, Model).GetResponseAsync(messages);

        Assert.Equal(
            server.Requests[0].Messages[1].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString(),
            ContentText.OfArguments(arguments));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Result_is_sent_as_the_text_that_it_holds_and_is_never_longer_for_it(string kind)
    {
        await using LoopbackOpenAIServer server = await LoopbackOpenAIServer.StartAsync(LoopbackReply.Answer("fine"));
        object? value = await ValueAsync(kind);
        (string sent, CompressionRecord record) = await SendAsync(server, value, new PromptCompressionOptions());

        string wire = ContentText.OfResult(value);
        Assert.True(sent.Length <= wire.Length);
        Assert.True(wire.Length == 0 || Same(sent, wire), sent);
        Assert.Equal(kind is "json-text" or "function-text", wire != sent && sent == Source);
        Assert.Equal(record.TokensBefore - record.TokensAfter, record.ByPass.Values.Sum());
        Assert.Equal(kind is "json-text" or "function-text", record.ByPass.ContainsKey("text"));

        // Without loss nothing is allowed to be rewritten either.
        (string untouched, CompressionRecord none) = await SendAsync(server, value, new PromptCompressionOptions { Lossless = false });
        Assert.Equal(wire, untouched);
        Assert.Empty(none.ByPass);
    }

    [Fact]
    public void Text_and_the_same_text_as_json_are_counted_apart()
    {
        ITokenCounter counter = TokenCounters.Shared.For(ModelCatalog.Default.Find(Model));
        int text = counter.Count(History(Source), null);
        int json = counter.Count(History(JsonSerializer.SerializeToElement(Source)), null);

        Assert.True(json > text);
        Assert.Equal(text, counter.Count(History(Source), null));
        Assert.Equal(MessageHash.Of(History(Source)[^1]), MessageHash.Of(History(JsonSerializer.SerializeToElement(Source))[^1]));
    }

    private static async Task<(string Sent, CompressionRecord Record)> SendAsync(LoopbackOpenAIServer server, object? value, PromptCompressionOptions options)
    {
        using var client = new PromptCompressingChatClient(new MeteringChatClient(ClientOf(server, Model), ModelCatalog.Default, TokenCounters.Shared, TimeProvider.System), options);
        IEnumerable<ChatMessage> request = History(value);
        ChatOptions? own = null;
        RequestContext context = RequestContext.GetOrCreate(ref request, ref own);
        await client.GetResponseAsync(request, own);
        return (LoopbackRequest.TextOf(server.Requests[^1].Messages[^1]), Assert.Single(ReceiptRecorder.Of(context).Compressions()));
    }

    private static bool Same(string sent, string wire) => sent == wire || JsonNode.DeepEquals(JsonNode.Parse(wire), sent.StartsWith('{') || sent.StartsWith('[') ? JsonNode.Parse(sent) : JsonValue.Create(sent));

    private static async Task<object?> ValueAsync(string kind) => kind switch
    {
        "text" => Source,
        "none" => null,
        "json-text" => JsonSerializer.SerializeToElement(Source),
        "json-object" => JsonSerializer.SerializeToElement(new { source = Source, lines = 4 }),
        "json-laid-out" => JsonSerializer.SerializeToElement(new { source = Source, lines = 4 }, AIJsonUtilities.DefaultOptions),
        "json-array" => JsonSerializer.SerializeToElement(new object[] { 1.50m, "two", true }),
        "node" => JsonNode.Parse("""{"b": [1,  2]}"""),
        "object" => new Dictionary<string, object?> { ["source"] = Source },
        "list" => new List<string> { "a", Source },
        "number" => 5,
        "flag" => true,
        "function-text" => await AIFunctionFactory.Create(() => Source).InvokeAsync(),
        _ => await AIFunctionFactory.Create(() => new { source = Source, lines = new[] { 1, 2 } }).InvokeAsync(),
    };

    private static List<ChatMessage> History(object? result) =>
    [
        new(ChatRole.User, "Read it."),
        new(ChatRole.Assistant, [new FunctionCallContent("c1", "read")]),
        new(ChatRole.Tool, [new FunctionResultContent("c1", result)]),
    ];
}
