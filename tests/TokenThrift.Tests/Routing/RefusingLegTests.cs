using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.Routing;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Routing;

/// <summary>A leg's quote may say that it cannot be afforded; only the leg itself refuses, with its own exception.</summary>
public class RefusingLegTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_every_leg_says_it_would_refuse_the_cheapest_is_asked_and_its_refusal_is_told(bool streamed)
    {
        var cheap = new RefusingClient("cheap");
        var dear = new RefusingClient("dear");
        using CheapestCapableChatClient router = RoutingTestKit.Router(null, RoutingTestKit.Leg("dear", 10, dear), RoutingTestKit.Leg("cheap", 1, cheap));

        SpentException refusal = await Assert.ThrowsAsync<SpentException>(() => router.AskAsync(streamed, "hello"));

        Assert.Equal("cheap", refusal.Message);
        Assert.Equal((1, 0), (cheap.Asked, dear.Asked));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_leg_that_would_refuse_is_not_asked_while_another_can_serve(bool streamed)
    {
        var cheap = new RefusingClient("cheap");
        using CheapestCapableChatClient router = RoutingTestKit.Router(
            null, RoutingTestKit.Leg("dear", 10, new ScriptedChatClient("from the dear one")), RoutingTestKit.Leg("cheap", 1, cheap));

        Assert.Equal("from the dear one", (await router.AskAsync(streamed, "hello")).Text);
        Assert.Equal(0, cheap.Asked);
    }

    private sealed class SpentException(string message) : CallRefusedException(message);

    private sealed class RefusingClient(string name) : DelegatingChatClient(new ScriptedChatClient("never")), ICallQuote
    {
        public int Asked { get; private set; }

        public ValueTask<CallQuote> QuoteAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(new CallQuote { InputTokens = 10, Expected = new NanoUsd(name == "cheap" ? 10 : 100), Refusal = "spent" });

        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw Refuse();

        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw Refuse();

        private SpentException Refuse()
        {
            Asked++;
            return new SpentException(name);
        }
    }
}
