using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>A leg as a client of its own, for calls that the router makes beside the answer: they pass the leg's budget gate and policy like any other.</summary>
internal sealed class LegChatClient(LegState leg) : ThriftChatClient(leg.Leg.Client)
{
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(messages, ForLeg(options), cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetStreamingResponseAsync(messages, ForLeg(options), cancellationToken);

    private ChatOptions? ForLeg(ChatOptions? options) => leg.OptionsFor(options, attempt: null, RequestSettings.Purpose.GetOrDefault(options, CallPurpose.Answer));
}
