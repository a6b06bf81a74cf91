using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Caching.Keys;
using TokenThrift.Requests;

namespace TokenThrift.Tests.Caching;

public sealed class CacheKeyTests
{
    // What a canonical key covers (Keys/OptionsKey), or what keeps a request out of the cache (Keys/CacheBypass).
    private static readonly string[] Covered =
    [
        "AdditionalProperties", "AllowBackgroundResponses", "AllowMultipleToolCalls", "ContinuationToken", "ConversationId", "FrequencyPenalty", "Instructions",
        "MaxOutputTokens", "ModelId", "PresencePenalty", "RawRepresentationFactory", "Reasoning", "ResponseFormat", "Seed", "StopSequences", "Temperature",
        "ToolMode", "Tools", "TopK", "TopP",
    ];

    [Fact]
    public void Every_property_of_the_options_is_covered() =>
        Assert.Equal(Covered, typeof(ChatOptions).GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal));

    // A shared store outlives this version of the code: the same request must give the same key for ever, or the version in it must rise.
    [Fact]
    public void Key_of_a_request_is_the_same_in_every_process_that_knows_the_secret()
    {
        var options = new ChatOptions
        {
            ModelId = "m",
            Temperature = 0.2f,
            StopSequences = ["end"],
            ResponseFormat = ChatResponseFormat.ForJsonSchema(Json("""{"type":"object"}"""), "answer"),
            Tools = [AIFunctionFactory.CreateDeclaration("read", "Reads.", Json("""{"type":"object","properties":{"path":{"type":"string"}}}"""))],
            AdditionalProperties = new() { ["effort"] = 1, ["deep"] = true },
        };
        ChatMessage[] messages =
        [
            new(ChatRole.System, "Be brief."),
            new(ChatRole.User, [new TextContent("What is this?"), new DataContent(new byte[] { 1, 2, 3 }, "image/png")]),
            new(ChatRole.Assistant, [new FunctionCallContent("any id", "read", new Dictionary<string, object?> { ["path"] = "a", ["n"] = 1.5 })]),
            new(ChatRole.Tool, [new FunctionResultContent("any id", "text")]),
        ];
        Assert.Equal("tt2:dwKoXJG9u0-7gV-Tl7OFUGXmUGCLOS_BjIuTlzeaTKs", Key(messages, options, new RequestIdentity { Tenant = "t", User = "u" }));
    }

    public static TheoryData<string, ChatMessage, ChatMessage, bool> Messages() => new()
    {
        { "attachment by content", new(ChatRole.User, [Data(1, 2)]), new(ChatRole.User, [Data(1, 3)]), false },
        { "same attachment", new(ChatRole.User, [Data(1, 2)]), new(ChatRole.User, [Data(1, 2)]), true },
        { "media type", new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")]), new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/gif")]), false },
        { "file", new(ChatRole.User, [new HostedFileContent("a")]), new(ChatRole.User, [new HostedFileContent("b")]), false },
        { "place of a property", new(ChatRole.User, [new TextContent("a") { AdditionalProperties = new() { ["x"] = 1 } }]), new(ChatRole.User, "a") { AdditionalProperties = new() { ["x"] = 1 } }, false },
        { "split of a text", new(ChatRole.User, [new TextContent("ab"), new TextContent("c")]), new(ChatRole.User, [new TextContent("a"), new TextContent("bc")]), false },
        { "kind of a value", With("x", "1"), With("x", 1), false },
        { "truth", With("x", true), With("x", false), false },
        { "JSON and plain", With("x", Json("""{"a":[1,true,null]}""")), With("x", new Dictionary<string, object?> { ["a"] = new object?[] { 1, true, null } }), true },
        { "order of JSON", With("x", Json("""{"a":1,"b":2}""")), With("x", Json("""{ "b": 2, "a": 1 }""")), true },
        { "depth of JSON", With("x", Json("""{"a":{},"b":1}""")), With("x", Json("""{"a":{"b":1}}""")), false },
        { "arguments", Call(new() { ["a"] = 1 }), Call(new() { ["a"] = 2 }), false },
        { "redacted reasoning", Reasoning("p"), Reasoning("q"), false },
        { "ids of a provider", With("Id", "run-1"), With("Id", "run-2"), true },
        { "time of a provider", With("CreatedAt", DateTimeOffset.UnixEpoch), With("CreatedAt", DateTimeOffset.UnixEpoch.AddDays(1)), true },
        { "usage", new(ChatRole.Assistant, [new TextContent("a"), new UsageContent(new UsageDetails { InputTokenCount = 1 })]), new(ChatRole.Assistant, "a"), true },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Key_tells_messages_apart_by_what_a_model_reads_of_them(string what, ChatMessage left, ChatMessage right, bool same) =>
        Assert.True(same == (Key([left]) == Key([right])), what);

    [Fact]
    public void Setting_that_a_provider_reads_off_a_tool_is_part_of_the_key()
    {
        AITool strict = AIFunctionFactory.Create(() => 1, new AIFunctionFactoryOptions { Name = "f", AdditionalProperties = new Dictionary<string, object?> { ["strict"] = true } });
        AITool loose = AIFunctionFactory.Create(() => 1, new AIFunctionFactoryOptions { Name = "f" });
        ChatMessage[] messages = [new(ChatRole.User, "q")];
        Assert.NotEqual(Key(messages, new() { Tools = [strict] }), Key(messages, new() { Tools = [loose] }));
    }

    [Fact]
    public void Another_secret_gives_another_key()
    {
        ChatMessage[] messages = [new(ChatRole.User, "q")];
        Assert.NotEqual(
            new CachePlanner(new() { Secret = "a" }, null).Plan(messages, null, RequestIdentity.Anonymous).ExactKey,
            new CachePlanner(new() { Secret = "b" }, null).Plan(messages, null, RequestIdentity.Anonymous).ExactKey);
    }

    private static string Key(ChatMessage[] messages, ChatOptions? options = null, RequestIdentity? identity = null)
    {
        CachePlan plan = new CachePlanner(new() { Secret = "the secret" }, "route").Plan(messages, options, identity ?? RequestIdentity.Anonymous);
        Assert.Null(plan.Bypass);
        return plan.ExactKey;
    }

    private static JsonElement Json(string json) => JsonElement.Parse(json);

    private static DataContent Data(params byte[] bytes) => new(bytes, "image/png");

    private static ChatMessage With(string name, object value) => new(ChatRole.Assistant, "a") { AdditionalProperties = new() { [name] = value } };

    private static ChatMessage Call(Dictionary<string, object?> arguments) => new(ChatRole.Assistant, [new FunctionCallContent("c", "f", arguments)]);

    private static ChatMessage Reasoning(string secret) => new(ChatRole.Assistant, [new TextReasoningContent(null) { ProtectedData = secret }, new TextContent("a")]);
}
