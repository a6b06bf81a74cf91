using Microsoft.Extensions.AI;
using TokenThrift.Budgets;
using TokenThrift.Caching;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Routing;

namespace TokenThrift;

/// <summary>All settings of TokenThrift. Without any it is safe: exact caching, lossless compression, spend observed with no cap, one model.</summary>
/// <remarks>A request runs with the settings that were in force when it came in. Do not change an instance after it has been read.</remarks>
public sealed class TokenThriftOptions
{
    /// <summary>The configuration section that the settings bind from: <c>TokenThrift</c>.</summary>
    public const string SectionName = "TokenThrift";

    private readonly List<ModelRegistration> _addedModels = [];

    /// <summary>Gets the settings of semantic caching.</summary>
    public SemanticCachingOptions Caching { get; } = new();

    /// <summary>Gets the settings of prompt compression.</summary>
    public PromptCompressionOptions Compression { get; } = new();

    /// <summary>Gets the settings of budget caps.</summary>
    public BudgetOptions Budgets { get; } = new();

    /// <summary>Gets the settings of what happens near a cap and at it.</summary>
    public BudgetLadderOptions BudgetLadder { get; } = new();

    /// <summary>Gets the settings of the cheapest-capable fallback.</summary>
    public RoutingOptions Routing { get; } = new();

    /// <summary>Gets the settings of receipts.</summary>
    public ReceiptOptions Receipts { get; } = new();

    /// <summary>Gets the policy over models: which vendors, jurisdictions and regions may see a request. It binds every leg, judge and embedder.</summary>
    public ModelPolicyOptions Policy { get; } = new();

    /// <summary>Gets the application's own entries of the catalogue, which replace or extend what ships with the package.</summary>
    public IList<ModelOverride> Models { get; } = [];

    /// <summary>Gets or sets the age from which the price of a model in use is warned of, once for each model.</summary>
    /// <value>The default is 180 days; 1 day to 3,650 days.</value>
    public TimeSpan PriceAgeWarning { get; set; } = TimeSpan.FromDays(180);

    /// <summary>Gets or sets the application's own way to say who asks, where neither the request nor a task does.</summary>
    /// <value>The default is <see langword="null"/>: semantic cache entries are then shared only within one session.</value>
    public Func<ChatOptions?, RequestIdentity?>? IdentitySelector
    {
        get => Receipts.IdentitySelector;
        set => Receipts.IdentitySelector = value;
    }

    /// <summary>Returns the models that were added, in order. A method, because configuration binds properties.</summary>
    internal IReadOnlyList<ModelRegistration> AddedModels() => _addedModels;

    /// <summary>Adds a model that requests may be sent to, beside the registered client.</summary>
    /// <remarks>
    /// The client is made once per container and disposed with it. A client of the same container that is itself decorated
    /// by TokenThrift is used as it was before.
    /// </remarks>
    /// <param name="modelId">The id in the catalogue ; the client is asked for this model.</param>
    /// <param name="makeClient">Makes the client.</param>
    /// <exception cref="ArgumentException">The id is blank, or was added before.</exception>
    public void AddModel(string modelId, Func<IServiceProvider, IChatClient> makeClient)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(modelId);
        ArgumentNullException.ThrowIfNull(makeClient);
        if (_addedModels.Exists(added => string.Equals(added.ModelId, modelId, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ArgumentException($"The model '{modelId}' was added before.", nameof(modelId));
        }

        _addedModels.Add(new ModelRegistration(modelId, makeClient));
    }
}
