using Microsoft.Extensions.AI;
using TokenThrift.Models;

namespace TokenThrift.Requests;

/// <summary>Refuses calls to a model that the policy does not allow, before anything is held or sent.</summary>
/// <remarks>
/// It belongs in every leg, above the budget gate, and around every client that the product's own parts call, so that no
/// fallback, judge or summary can cross the line. The quote says the refusal too, so that a router passes the leg by. The
/// model is the one that the request names, else the leg's. Safe for concurrent use if the inner client is.
/// </remarks>
public sealed class PolicyChatClient : ThriftChatClient, ICallQuote
{
    private readonly Func<ModelPolicy> _policy;
    private readonly Func<ModelCatalog> _catalog;
    private readonly string? _defaultModel;

    /// <summary>Initializes a new instance of the <see cref="PolicyChatClient"/> class.</summary>
    /// <param name="innerClient">The leg below.</param>
    /// <param name="policy">Gives the policy in force; asked for each request, so that it can be reloaded.</param>
    /// <param name="catalog">Gives the catalogue in force.</param>
    public PolicyChatClient(IChatClient innerClient, Func<ModelPolicy> policy, Func<ModelCatalog> catalog)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(catalog);
        _policy = policy;
        _catalog = catalog;
        _defaultModel = (innerClient.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId;
    }

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Refusal(options) is { } refusal
            ? Task.FromException<ChatResponse>(refusal)
            : base.GetResponseAsync(messages, ForInner(options), cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Refusal(options) is { } refusal
            ? Refuse(refusal)
            : base.GetStreamingResponseAsync(messages, ForInner(options), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<CallQuote> QuoteAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var below = InnerClient.GetService(typeof(ICallQuote)) as ICallQuote;
        CallQuote quote = below is null ? new CallQuote { Model = ModelOf(options) } : await below.QuoteAsync(messages, options, cancellationToken).ConfigureAwait(false);
        return Refusal(options) is { } refusal ? quote with { Refusal = $"policy: {refusal.Verdict}" } : quote;
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Refuse(PolicyRefusedException refusal)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        throw refusal;
#pragma warning disable CS0162 // Makes it an iterator, so that the refusal comes when the stream is read, as a provider's would.
        yield break;
#pragma warning restore CS0162
    }

    private ModelInfo? ModelOf(ChatOptions? options)
    {
        if (options?.ModelId is { } asked)
        {
            return _catalog().Find(asked);
        }

        // The leg knows its model best; the catalogue in force may know newer facts of it.
        var own = InnerClient.GetService(typeof(ModelInfo)) as ModelInfo;
        return _catalog().Find(own?.Id ?? _defaultModel) ?? own;
    }

    private PolicyRefusedException? Refusal(ChatOptions? options)
    {
        ModelPolicy policy = _policy();
        if (policy.IsEmpty)
        {
            return null;
        }

        ModelInfo? model = ModelOf(options);
        PolicyVerdict verdict = policy.Check(model, RequestSettings.DataClass.TryGet(options, out string dataClass) ? dataClass : null);
        return verdict.IsAllowed ? null : new PolicyRefusedException(model?.Id ?? options?.ModelId ?? _defaultModel, verdict);
    }
}
