using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>
/// A leg as a client of its own, for calls that the router makes beside the answer. They are bound like any other: by the
/// policy, by the leg's budget gate, by what the request may still cost, by the deployment's health and time limits.
/// </summary>
internal sealed class LegChatClient(LegState leg, LegSurveyor surveyor) : ThriftChatClient(leg.Leg.Client)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> prompt = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        await ThrowIfBarredAsync(prompt, options, cancellationToken).ConfigureAwait(false);
        return await leg.Health.AskAsync(
            token => new ValueTask<ChatResponse>(base.GetResponseAsync(prompt, ForLeg(options), token)), cancellationToken).ConfigureAwait(false);
    }

    // Nothing that the router asks beside the answer is shown word by word.
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Calls beside the answer are not streamed.");

    private async ValueTask ThrowIfBarredAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        if (surveyor.Exclusions(leg.Model, options) is { Count: > 0 } reasons)
        {
            throw new ModelPolicyException(leg.Model, reasons);
        }

        if (leg.Health.Rests)
        {
            throw new NotAskedException($"The deployment of '{leg.Id}' rests.");
        }

        if (RequestContext.Find(options)?.Get<RouteAllowance>()?.Left is { } left)
        {
            CallQuote quote = await leg.QuoteAsync(messages, ForLeg(options), cancellationToken).ConfigureAwait(false);
            if (quote.Expected is not { } cost || cost > left)
            {
                throw new NotAskedException($"A call of '{leg.Id}' does not fit into what the request may still cost.");
            }
        }
    }

    private ChatOptions? ForLeg(ChatOptions? options) => leg.OptionsFor(options, attempt: null, RequestSettings.Purpose.GetOrDefault(options, CallPurpose.Answer));
}
