using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Tests.Requests;

public class MessageHashTests
{
    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 200));

    public static TheoryData<string> Changes => [.. All.Keys];

    private static Dictionary<string, (Func<ChatMessage> Make, Action<ChatMessage> Change)> All { get; } = new()
    {
        ["role"] = (() => Text(Long), m => m.Role = ChatRole.Assistant),
        ["author"] = (() => Text(Long), m => m.AuthorName = "eve"),
        ["text"] = (() => Text(Long), m => ((TextContent)m.Contents[0]).Text = Long + "!"),
        ["text of equal length"] = (() => Text(Long), m => ((TextContent)m.Contents[0]).Text = 'x' + Long[1..]),
        ["added part"] = (() => Text(Long), m => m.Contents.Add(new TextContent("more"))),
        ["removed part"] = (() => new(ChatRole.User, [new TextContent(Long), new TextContent("more")]), m => m.Contents.RemoveAt(1)),
        ["swapped parts"] = (() => new(ChatRole.User, [new TextContent(Long), new TextContent("more")]), m => m.Contents = [m.Contents[1], m.Contents[0]]),
        ["other kind of part"] = (() => Text(Long), m => m.Contents[0] = new TextReasoningContent(Long)),
        ["reasoning"] = (() => new(ChatRole.Assistant, [new TextReasoningContent(Long)]), m => ((TextReasoningContent)m.Contents[0]).ProtectedData = "sealed"),
        ["argument"] = (() => new(ChatRole.Assistant, [new FunctionCallContent("1", "f", new Dictionary<string, object?> { ["a"] = Long, ["b"] = 1 })]), m => ((FunctionCallContent)m.Contents[0]).Arguments!["b"] = 2),
        ["new argument"] = (() => new(ChatRole.Assistant, [new FunctionCallContent("1", "f", new Dictionary<string, object?> { ["a"] = Long })]), m => ((FunctionCallContent)m.Contents[0]).Arguments!["b"] = null),
        ["inside an argument"] = (
            () => new(ChatRole.Assistant, [new TextContent(Long), new FunctionCallContent("1", "f", new Dictionary<string, object?> { ["a"] = new List<object> { 1 } })]),
            m => ((List<object>)((FunctionCallContent)m.Contents[1]).Arguments!["a"]!).Add(2)),
        ["result"] = (() => Result(Long), m => ((FunctionResultContent)m.Contents[0]).Result = "gone"),
        ["result as JSON"] = (() => Result(JsonSerializer.SerializeToElement(Long)), m => ((FunctionResultContent)m.Contents[0]).Result = JsonSerializer.SerializeToElement("gone")),
        ["inside a result"] = (() => Result(new List<object> { Long }), m => ((List<object>)((FunctionResultContent)m.Contents[0]).Result!).Add(2)),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_message_that_was_changed_hashes_as_it_is_now(string change)
    {
        (Func<ChatMessage> make, Action<ChatMessage> apply) = All[change];
        ChatMessage message = make();
        UInt128 before = MessageHash.Of(message);
        Assert.Equal(before, MessageHash.Of(message));
        Assert.Equal(before, MessageHash.Of(make()));

        apply(message);
        ChatMessage fresh = make();
        apply(fresh);
        Assert.NotEqual(before, MessageHash.Of(message));
        Assert.Equal(MessageHash.Of(fresh), MessageHash.Of(message));
        Assert.Equal(MessageHash.Of(fresh), MessageHash.Of(message));
    }

    [Fact]
    public void A_long_message_is_hashed_once()
    {
        ChatMessage message = Result(Long);
        Assert.False(RememberedHashes.TryGet(message, out _));
        UInt128 hash = MessageHash.Of(message);
        Assert.True(RememberedHashes.TryGet(message, out UInt128 known));
        Assert.Equal(hash, known);
    }

    [Fact]
    public void What_may_change_unseen_is_not_remembered()
    {
        ChatMessage message = Result(new List<object> { Long });
        _ = MessageHash.Of(message);
        Assert.False(RememberedHashes.TryGet(message, out _));
    }

    private static ChatMessage Text(string text) => new(ChatRole.User, text);

    private static ChatMessage Result(object result) => new(ChatRole.Tool, [new FunctionResultContent("1", result)]);
}
