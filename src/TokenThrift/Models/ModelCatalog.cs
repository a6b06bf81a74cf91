using System.Collections.Frozen;

namespace TokenThrift.Models;

/// <summary>The models that are known: their prices, limits, capabilities, vendors and jurisdictions.</summary>
/// <remarks>
/// Immutable and safe for concurrent use; <see cref="With(IEnumerable{ModelInfo})"/> makes a changed copy. A model that
/// several vendors serve has one entry per vendor: the lab's own under its plain id (<c>gpt-5.5</c>), a host's under
/// <c>vendor/id</c> (<c>azure/gpt-5.5</c>), because price, region and operator differ.
/// </remarks>
public sealed class ModelCatalog
{
    private static readonly Lazy<ModelCatalog> Embedded = new(() => new ModelCatalog(ModelSnapshot.Load()));

    private readonly FrozenDictionary<string, ModelInfo> _models;
    private readonly FrozenDictionary<string, ModelInfo> _aliases;
    private readonly Lazy<string> _version;

    /// <summary>Initializes a new instance of the <see cref="ModelCatalog"/> class.</summary>
    /// <param name="models">The models; of two with the same id the later wins.</param>
    public ModelCatalog(IEnumerable<ModelInfo> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        var byId = new Dictionary<string, ModelInfo>(StringComparer.OrdinalIgnoreCase);
        foreach (ModelInfo model in models)
        {
            byId[model.Id] = model;
        }

        _models = byId.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _aliases = ModelNames.Aliases(byId).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _version = new Lazy<string>(() => PriceVersion.Of(_models.Values));
    }

    /// <summary>Gets the catalogue that ships with the package: facts from models.dev (MIT), jurisdictions from our own table.</summary>
    public static ModelCatalog Default => Embedded.Value;

    /// <summary>Gets all models.</summary>
    public IReadOnlyCollection<ModelInfo> Models => _models.Values;

    /// <summary>Gets a short content hash of all prices, which receipts carry as the price version.</summary>
    /// <remarks>Equal prices give the same version on every machine; any changed price gives another.</remarks>
    public string Version => _version.Value;

    /// <summary>Finds a model by id, alias or dated id.</summary>
    /// <remarks>
    /// Tried in this order: the id; an alias; the id without the vendor's own prefix (<c>openai/gpt-5.5</c>); the id without
    /// a trailing date (<c>gpt-5.5-2026-04-01</c>). Never by any other prefix: <c>gpt-5.5-mini</c> is not <c>gpt-5.5</c>,
    /// and <c>somehost/gpt-5.5</c> is not known, because another host has another price and another jurisdiction.
    /// </remarks>
    /// <param name="modelId">The id, such as <c>gpt-5.5-2026-04-01</c> or <c>openai/gpt-5.5</c>.</param>
    /// <returns>The model, or <see langword="null"/> when it is not known.</returns>
    public ModelInfo? Find(string? modelId)
    {
        if (string.IsNullOrWhiteSpace(modelId))
        {
            return null;
        }

        string id = modelId.Trim();
        return Known(id) ?? (ModelNames.WithoutDate(id) is { } undated ? Known(undated) : null);
    }

    /// <summary>Makes a catalogue in which the given models replace or extend these.</summary>
    /// <param name="models">The models to add.</param>
    /// <returns>The new catalogue.</returns>
    public ModelCatalog With(IEnumerable<ModelInfo> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        return new ModelCatalog(_models.Values.Concat(models));
    }

    private ModelInfo? Known(string id) => _models.TryGetValue(id, out ModelInfo? model) || _aliases.TryGetValue(id, out model) ? model : null;
}
