using System.Text.Json;
using System.Text.Json.Serialization;
using TokenThrift.Models;

namespace TokenThrift.Tool;

/// <summary>Reads entries of the catalogue from a file: a JSON array in the form of the configuration's <c>Models</c>.</summary>
internal static partial class CatalogFile
{
    /// <summary>The catalogue that ships with the package, changed by the file.</summary>
    public static ModelCatalog Read(string path)
    {
        try
        {
            List<ModelOverride> entries = JsonSerializer.Deserialize(File.ReadAllText(path), Form.Default.ListModelOverride) ?? [];
            return entries.Select(entry => entry.Validate()).FirstOrDefault(error => error is not null) is { } wrong
                ? throw new ToolException($"{path}: {wrong}")
                : ModelCatalog.Default.With(entries.Select(entry => entry.ApplyTo(ModelCatalog.Default)));
        }
        catch (JsonException e)
        {
            throw new ToolException($"{path}: not a list of models: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    [JsonSourceGenerationOptions(
        JsonSerializerDefaults.Web,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PreferredObjectCreationHandling = JsonObjectCreationHandling.Populate,
        UseStringEnumConverter = true)]
    [JsonSerializable(typeof(List<ModelOverride>))]
    private sealed partial class Form : JsonSerializerContext;
}
