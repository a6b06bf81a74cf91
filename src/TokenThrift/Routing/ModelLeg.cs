using Microsoft.Extensions.AI;
using TokenThrift.Models;

namespace TokenThrift.Routing;

/// <summary>One model that the router may use: what is known of it, and the client that reaches it.</summary>
/// <remarks>
/// The client is a whole leg: compression, the budget gate and the meter sit in it, above the provider. Where it
/// answers <see cref="Requests.ICallQuote"/> the router ranks by that quote, else by its own count and the model's prices.
/// Immutable.
/// </remarks>
public sealed record ModelLeg
{
    /// <summary>Initializes a new instance of the <see cref="ModelLeg"/> class.</summary>
    /// <param name="model">What is known of the model: the catalogue's entry or the user's own.</param>
    /// <param name="client">The client that reaches it.</param>
    public ModelLeg(ModelInfo model, IChatClient client)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(client);
        Model = model;
        Client = client;
        Deployment = model.Id;
    }

    /// <summary>Gets what is known of the model.</summary>
    public ModelInfo Model { get; init; }

    /// <summary>Gets the client that reaches the model.</summary>
    public IChatClient Client { get; init; }

    /// <summary>Gets the id of the leg in decisions and receipts: the id of its model.</summary>
    public string Id => Model.Id;

    /// <summary>
    /// Gets the <see cref="ChatOptions.ModelId"/> that is sent, for a client that serves several models.
    /// </summary>
    /// <value>Default: <see langword="null"/>, the client's own model; the id of the model where legs share a client.</value>
    public string? RequestModelId { get; init; }

    /// <summary>Gets what shares a rate limit and fails together, such as an endpoint or a key.</summary>
    /// <value>Default: the id of the model, so that each leg has a health of its own.</value>
    public string Deployment { get; init; }

    /// <summary>
    /// Gets the expected share of right answers, in [0, 1], before anything has been observed.
    /// </summary>
    /// <value>Default: <see langword="null"/>. Legs are then taken to be the better the dearer they are.</value>
    public double? PriorQuality { get; init; }
}
