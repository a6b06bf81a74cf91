using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace TokenThrift.Text;

/// <summary>Embeds text by its words and their parts: no model file, no network, the same vector on every machine.</summary>
/// <remarks>
/// <para>
/// Each word is a direction of its own, each run of three or four characters in it another, each pair of neighbouring words a third,
/// all hashed into one space with random signs (K. Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009).
/// A word weighs as much as it is rare in general English (<see cref="BackgroundFrequencies"/>); its parts share its weight, so that
/// a misspelt or inflected word stays near. Vectors have unit length; text without a single letter, digit or sign gives zeros.
/// </para>
/// <para>It knows wording, not meaning: a synonym is as far away as any other word. Safe for concurrent use.</para>
/// </remarks>
public sealed class LexicalEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>The name of this embedder, in which a change of its vectors shows.</summary>
    public const string ModelId = "tokenthrift-lexical-1";

    /// <summary>The number of dimensions.</summary>
    public const int Dimensions = 512;

    private static readonly EmbeddingGeneratorMetadata Metadata = new("tokenthrift", null, ModelId, Dimensions);

    /// <inheritdoc/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        foreach (string value in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            embeddings.Add(new Embedding<float>(Embed(value)) { ModelId = ModelId });
        }

        return Task.FromResult(embeddings);
    }

    /// <summary>Embeds one text at once.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A new vector of <see cref="Dimensions"/> numbers, of length 1 or 0.</returns>
    public static float[] Embed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] vector = new float[Dimensions];
        new LexicalVector(vector).Add(text);
        float norm = TensorPrimitives.Norm<float>(vector);
        if (norm > 0)
        {
            TensorPrimitives.Divide(vector, norm, vector);
        }

        return vector;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? Metadata
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
