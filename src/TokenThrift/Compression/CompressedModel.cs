using TokenThrift.Compression.Sessions;
using TokenThrift.Models;

namespace TokenThrift.Compression;

/// <summary>One model that requests are compressed for, and what is remembered of its conversations. Safe for concurrent use.</summary>
/// <param name="Info">The model, or <see langword="null"/> where it is not known.</param>
/// <param name="Compressor">What its conversations were sent as.</param>
/// <param name="Log">What was decided in them.</param>
internal sealed record CompressedModel(ModelInfo? Info, PromptCompressor Compressor, EpochLog Log)
{
    public string Id => Info?.Id ?? string.Empty;
}
