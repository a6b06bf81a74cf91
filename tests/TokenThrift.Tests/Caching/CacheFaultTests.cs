using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Moq;
using TokenThrift.Caching;
using TokenThrift.Caching.Answers;
using TokenThrift.Receipts;
using TokenThrift.Tests.TestSupport;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

public sealed class CacheFaultTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Shared_store_that_is_down_does_not_harm_the_call(bool streamed)
    {
        var shared = new Mock<IDistributedCache>();
        shared.Setup(c => c.GetAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).ThrowsAsync(new TimeoutException());
        shared.Setup(c => c.SetAsync(It.IsAny<string>(), It.IsAny<byte[]>(), It.IsAny<DistributedCacheEntryOptions>(), It.IsAny<CancellationToken>())).ThrowsAsync(new TimeoutException());
        using var bench = new CacheBench(new ScriptedChatClient("a b"), o => o.Secret = "s", shared.Object);
        Assert.Equal("a b", (await bench.AskAsync(streamed, "q")).Response.Text);
        Assert.Equal("a b", (await bench.AskAsync(streamed, "q")).Response.Text);
    }

    [Fact]
    public async Task Shared_store_serves_another_process_that_knows_the_secret_and_no_other()
    {
        var shared = new MemoryStore();
        using var writer = new CacheBench(new ScriptedChatClient("a"), o => o.Secret = "s", shared);
        await writer.AskAsync(false, "q");
        using var reader = new CacheBench(new ScriptedChatClient("b"), o => o.Secret = "s", shared);
        Assert.Equal("a", (await reader.AskAsync(false, "q")).Response.Text);
        using var other = new CacheBench(new ScriptedChatClient("b"), o => o.Secret = "t", shared);
        Assert.Equal("b", (await other.AskAsync(false, "q")).Response.Text);
    }

    [Fact]
    public async Task Without_a_secret_nothing_reaches_the_shared_store()
    {
        var shared = new MemoryStore();
        using var bench = new CacheBench(new ScriptedChatClient("a"), null, shared);
        await bench.AskAsync(false, "q");
        Assert.Equal(0, shared.Writes);
    }

    [Fact]
    public async Task Payload_hook_sees_all_that_is_stored_and_its_failure_is_a_miss()
    {
        var protector = new Mock<ICachePayloadProtector>();
        protector.Setup(p => p.Protect(It.IsAny<string>())).Returns("sealed");
        protector.Setup(p => p.Unprotect(It.IsAny<string>())).Throws<FormatException>();
        var shared = new MemoryStore();
        using var writer = new CacheBench(new ScriptedChatClient("a"), o => (o.Secret, o.Protector) = ("s", protector.Object), shared);
        await writer.AskAsync(false, "q");
        protector.Verify(p => p.Protect(It.Is<string>(payload => payload.Contains("response", StringComparison.Ordinal))), Times.Once);
        using var reader = new CacheBench(new ScriptedChatClient("b"), o => (o.Secret, o.Protector) = ("s", protector.Object), shared);
        Assert.Equal("b", (await reader.AskAsync(false, "q")).Response.Text);
    }

    [Fact]
    public async Task Answer_over_the_size_limit_is_returned_but_not_kept()
    {
        using var bench = new CacheBench(new string('x', 500), o => o.MaxAnswerLength = 100);
        await bench.AskAsync(false, "q");
        await bench.AskAsync(false, "q");
        Assert.Equal(2, bench.Calls);
    }

    // The first stored form ever written. It must be read for ever; a new version gets a line of its own.
    [Theory]
    [InlineData("""{"v":1,"id":"e1","at":"2026-01-01T00:00:00+00:00","usage":[10,5,1,2,3],"response":{"messages":[{"role":"assistant","contents":[{"$type":"text","text":"hello"}]}],"modelId":"m","finishReason":"stop"}}""")]
    [InlineData("""{"v":2,"id":"e1","at":"2026-01-01T00:00:00+00:00","usage":[10,5,1,2,3],"by":["x","y"],"response":{"messages":[{"role":"assistant","contents":[{"$type":"text","text":"hello"}]}],"modelId":"m","finishReason":"stop"}}""")]
    public void Every_stored_form_ever_written_is_read(string payload)
    {
        CachedAnswer answer = AnswerPayload.Read(payload)!;
        Assert.Equal(("e1", "hello", "m"), (answer.EntryId, answer.Text, answer.ModelId));
        Assert.Equal(new TokenUsage(10, 5) { CachedInput = 1, CacheWrite = 2, Reasoning = 3 }, answer.Usage);
        Assert.Equal(ChatFinishReason.Stop, answer.ToResponse().FinishReason);
        Assert.Equal(payload.Contains("\"by\"", StringComparison.Ordinal) ? ["x", "y"] : [], answer.Askers);
    }

    [Fact]
    public void Every_version_up_to_the_newest_has_a_stored_form_above() =>
        Assert.Equal(AnswerPayload.Version, typeof(CacheFaultTests).GetMethod(nameof(Every_stored_form_ever_written_is_read))!.GetCustomAttributes(typeof(InlineDataAttribute), false).Length);

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"v":999}""")]
    [InlineData("""{"v":1}""")]
    [InlineData("""{"v":1,"id":"e","at":"2026-01-01T00:00:00Z","usage":[1],"response":{"messages":[]}}""")]
    public void Damaged_or_unknown_form_is_no_answer(string payload) => Assert.Null(AnswerPayload.Read(payload));

    [Fact]
    public void Stored_form_gives_back_what_went_in()
    {
        var response = new ChatResponse(new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("hm") { ProtectedData = "p" }, new TextContent("t"), new DataContent(new byte[] { 1, 2 }, "image/png")]))
        {
            FinishReason = ChatFinishReason.Stop,
            AdditionalProperties = new() { ["x"] = new object() },
            RawRepresentation = new object(),
        };
        CachedAnswer back = AnswerPayload.Read(AnswerPayload.Write(new CachedAnswer(AnswerPayload.Distil(response), "id", DateTimeOffset.UnixEpoch, null)))!;
        Assert.Equal("t", back.Text);
        Assert.Collection(
            back.ToResponse().Messages[0].Contents,
            c => Assert.Equal("p", Assert.IsType<TextReasoningContent>(c).ProtectedData),
            c => Assert.IsType<TextContent>(c),
            c => Assert.Equal(new byte[] { 1, 2 }, Assert.IsType<DataContent>(c).Data.ToArray()));
    }
}
