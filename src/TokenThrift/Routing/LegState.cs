using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Routing;

/// <summary>A leg with what the router keeps of it: its place in the ranking of strength, its health, how to ask it. Safe for concurrent use.</summary>
internal sealed class LegState(ModelLeg leg, double prior, string? requestModelId, bool isHome, LegHealth health, TokenCounters counters, RoutingFaults faults)
{
    private readonly ICallQuote? _quote = leg.Client.GetService(typeof(ICallQuote)) as ICallQuote;
    private readonly bool _isOurs = leg.Client.GetService(typeof(ThriftChatClient)) is not null;

    public ModelLeg Leg => leg;

    public string Id => leg.Id;

    public ModelInfo Model => leg.Model;

    /// <summary>Gets the expected share of right answers before anything was observed; the order of strength.</summary>
    public double Prior => prior;

    public LegHealth Health => health;

    /// <summary>Gets a value indicating whether the leg is of the vendor that the application had before it had a router: what it set for that vendor is meant for this leg.</summary>
    public bool IsHome => isHome;

    /// <summary>Gets a value indicating whether the leg itself holds every call against the policy.</summary>
    public bool HasPolicy { get; } = leg.Client.GetService(typeof(PolicyChatClient)) is not null;

    /// <summary>Asks the leg what a request would cost, or works it out where the leg cannot say.</summary>
    public async ValueTask<CallQuote> QuoteAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            if (_quote is not null)
            {
                return await _quote.QuoteAsync(messages, OptionsFor(options, attempt: null, CallPurpose.Answer), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            faults.SteppedOver($"The quote of {Id}", e);
        }

        long input = counters.For(Model).Count(messages, options);
        long output = Math.Min(options?.MaxOutputTokens ?? 500, Model.MaxOutputTokens ?? long.MaxValue);
        return new CallQuote
        {
            Model = Model,
            InputTokens = input,
            OutputTokens = output,
            Expected = Receipts.UsageCost.Of(new Receipts.TokenUsage(input, output), Model.Prices),
        };
    }

    /// <summary>Returns the options of a request that has no other leg to go to: the application's own, its choice of model too.</summary>
    public ChatOptions? OptionsForOnly(ChatOptions? options, int attempt)
    {
        ChatOptions? only = OptionsFor(options, attempt, CallPurpose.Answer);
        if (only is not null && options is not null)
        {
            (only.ModelId, only.Temperature, only.TopP) = (requestModelId ?? options.ModelId, options.Temperature, options.TopP);
        }

        return only;
    }

    /// <summary>Returns the options that this leg is asked with.</summary>
    public ChatOptions? OptionsFor(ChatOptions? options, int? attempt, CallPurpose purpose)
    {
        ChatOptions clone = options?.Clone() ?? new ChatOptions();
        clone.ModelId = requestModelId;
        if (!isHome)
        {
            // Options in the form of one vendor's library, or under names that only it reads, do not go to another vendor.
            clone.RawRepresentationFactory = null;
            clone.AdditionalProperties = RequestSettings.OnlyOurs(clone.AdditionalProperties);
        }

        if (Model.Capabilities != ModelCapabilities.None && !Model.Capabilities.HasFlag(ModelCapabilities.Temperature))
        {
            // The model would refuse the whole request for it.
            (clone.Temperature, clone.TopP) = (null, null);
        }

        if (attempt is { } number)
        {
            RequestSettings.Attempt.Set(clone, number);
        }

        if (purpose != CallPurpose.Answer)
        {
            RequestSettings.Purpose.Set(clone, purpose);
        }

        return _isOurs ? clone : RequestSettings.Strip(clone);
    }
}
