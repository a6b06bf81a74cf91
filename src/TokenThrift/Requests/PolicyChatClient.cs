using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Models;

namespace TokenThrift.Requests;

/// <summary>Refuses every call to a model that the policy does not let see the request. Sits in every leg, so nothing goes around it.</summary>
/// <remarks>Its quotes say the same, so that a router leaves the leg out with the reason. Safe for concurrent use if the inner client is.</remarks>
public sealed class PolicyChatClient : ThriftChatClient, ICallQuote
{
    private readonly ModelPolicy _policy;
    private readonly ModelCatalog _catalog;
    private readonly ModelInfo _model;
    private readonly ISpendShares? _shares;

    /// <summary>Initializes a new instance of the <see cref="PolicyChatClient"/> class.</summary>
    /// <param name="innerClient">The leg below.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="catalog">The models.</param>
    /// <param name="modelId">The model of the leg; <see langword="null"/> for the client's own.</param>
    /// <param name="shares">The live shares that share caps are held against; <see langword="null"/> for none, and then no share is capped.</param>
    public PolicyChatClient(IChatClient innerClient, ModelPolicy policy, ModelCatalog catalog, string? modelId = null, ISpendShares? shares = null)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(catalog);
        _policy = policy;
        _catalog = catalog;
        _shares = policy.CapsShares ? shares : null;
        string id = modelId ?? (innerClient.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId ?? "unknown";
        _model = innerClient.GetService(typeof(ModelInfo)) as ModelInfo ?? catalog.Find(id) ?? new ModelInfo(id);
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);

        // Without a client below that can quote, there is no quote to be had here either.
        return serviceKey is null && serviceType == typeof(ICallQuote) && InnerClient.GetService(typeof(ICallQuote)) is null
            ? null : base.GetService(serviceType, serviceKey);
    }

    /// <inheritdoc/>
    public async ValueTask<CallQuote> QuoteAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken = default)
    {
        ModelInfo model = ModelOf(options);
        IReadOnlyList<string> reasons = _policy.Exclusions(model, Classification(options));
        if (reasons.Count > 0)
        {
            return Refused(string.Join("; ", reasons));
        }

        var inner = (ICallQuote?)InnerClient.GetService(typeof(ICallQuote));
        CallQuote quote = inner is null ? new CallQuote { Model = _model } : await inner.QuoteAsync(messages, options, cancellationToken).ConfigureAwait(false);
        return _shares is null || _policy.OverShare(model, quote.Expected, _shares) is not { } over ? quote
            : _policy.RefusesOverShare ? Refused(over)
            : quote with { OverShare = over };

        CallQuote Refused(string why) => new() { Model = _model, Refusal = $"The policy does not allow it: {why}." };
    }

    /// <inheritdoc/>
    /// <exception cref="ModelPolicyException">The policy does not allow the call.</exception>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> prompt = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        await ThrowIfExcludedAsync(prompt, options, cancellationToken).ConfigureAwait(false);
        return await base.GetResponseAsync(prompt, ForInner(options), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="ModelPolicyException">The policy does not allow the call.</exception>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> prompt = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        await ThrowIfExcludedAsync(prompt, options, cancellationToken).ConfigureAwait(false);
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(prompt, ForInner(options), cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private static string? Classification(ChatOptions? options) => RequestSettings.DataClassification.TryGet(options, out string classification) ? classification : null;

    private ModelInfo ModelOf(ChatOptions? options) =>
        options?.ModelId is { Length: > 0 } id && !string.Equals(id, _model.Id, StringComparison.OrdinalIgnoreCase) ? _catalog.Find(id) ?? new ModelInfo(id) : _model;

    private async ValueTask ThrowIfExcludedAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        ModelInfo model = ModelOf(options);
        IReadOnlyList<string> reasons = _policy.Exclusions(model, Classification(options));
        if (reasons.Count == 0 && _shares is not null && _policy.RefusesOverShare)
        {
            // What the call would add is asked of the leg itself, so that the gate and the quote say the same.
            var inner = (ICallQuote?)InnerClient.GetService(typeof(ICallQuote));
            NanoUsd? expected = inner is null ? null : (await inner.QuoteAsync(messages, options, cancellationToken).ConfigureAwait(false)).Expected;
            reasons = _policy.OverShare(model, expected, _shares) is { } over ? [over] : [];
        }

        if (reasons.Count > 0)
        {
            throw new ModelPolicyException(model, reasons);
        }
    }
}
