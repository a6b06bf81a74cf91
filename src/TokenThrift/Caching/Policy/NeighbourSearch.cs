using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;
using TokenThrift.Text;

namespace TokenThrift.Caching;

/// <summary>Finds the questions of a partition that are nearest to one. Safe for concurrent use if the embedder and the index are.</summary>
internal sealed class NeighbourSearch
{
    // Below this similarity two questions have hardly a word in common; nothing is learned from comparing their answers.
    private const double Floor = 0.2;

    private readonly IEmbeddingGenerator<string, Embedding<float>> _embedder;
    private readonly ISemanticIndex _index;
    private readonly HelperTimeout _timeout;
    private readonly bool _isLocal;

    /// <summary>Initializes a new instance of the <see cref="NeighbourSearch"/> class.</summary>
    /// <param name="embedder">The embedder.</param>
    /// <param name="index">The index.</param>
    /// <param name="timeout">How long both are waited for, where one of them is not our own.</param>
    public NeighbourSearch(IEmbeddingGenerator<string, Embedding<float>> embedder, ISemanticIndex index, HelperTimeout timeout)
    {
        _embedder = embedder;
        _index = index;
        _timeout = timeout;
        _isLocal = embedder is LexicalEmbeddingGenerator && index is InMemorySemanticIndex;
        var metadata = embedder.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata;
        Encoder = $"{metadata?.ProviderName}/{metadata?.DefaultModelId ?? embedder.GetType().FullName}";
    }

    /// <summary>Gets a value indicating whether a vector is made here, at no cost.</summary>
    public bool IsEmbedderOwn => _embedder is LexicalEmbeddingGenerator;

    /// <summary>Gets the name of the embedder, under which its vectors are kept apart from those of others.</summary>
    public string Encoder { get; }

    /// <summary>Searches.</summary>
    /// <param name="partition">What must be equal.</param>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The question's vector, of length 1 or all zero, and its neighbours, the nearest first.</returns>
    /// <exception cref="InvalidOperationException">The embedder returned a vector that is not of finite numbers.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public async ValueTask<(ReadOnlyMemory<float> Vector, IReadOnlyList<SemanticMatch> Matches)> RunAsync(string partition, string question, CancellationToken cancellationToken)
    {
        (ReadOnlyMemory<float> vector, IReadOnlyList<SemanticMatch> matches) = _isLocal
            ? await SearchAsync(partition, question, cancellationToken).ConfigureAwait(false)
            : await _timeout.RunAsync(token => SearchAsync(partition, question, token), cancellationToken).ConfigureAwait(false);
        return (vector, Near(matches, partition));
    }

    private async ValueTask<(ReadOnlyMemory<float> Vector, IReadOnlyList<SemanticMatch> Matches)> SearchAsync(string partition, string question, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<float> vector = await EmbedAsync(question, cancellationToken).ConfigureAwait(false);
        return (vector, await _index.SearchAsync(new SemanticQuery(partition, Encoder, vector), Neighbourhood.Size, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Makes the vector of a question, of length 1 or all zero.</summary>
    public async ValueTask<ReadOnlyMemory<float>> EmbedAsync(string question, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<float> vector = await _embedder.GenerateVectorAsync(question, cancellationToken: cancellationToken).ConfigureAwait(false);
        float norm = TensorPrimitives.Norm(vector.Span);
        if (!float.IsFinite(norm))
        {
            // Kept, it would stand before every neighbour of every question.
            throw new InvalidOperationException("The embedder returned a vector that is not of finite numbers.");
        }

        if (norm is > 0.999f and < 1.001f || norm == 0)
        {
            return vector;
        }

        float[] unit = new float[vector.Length];
        TensorPrimitives.Divide(vector.Span, norm, unit);
        return unit;
    }

    // What an index of another's making returns from elsewhere would be another's answer: the partition is looked at here once more.
    private IReadOnlyList<SemanticMatch> Near(IReadOnlyList<SemanticMatch> matches, string partition)
    {
        bool isSound = true;
        for (int i = 0; i < matches.Count && isSound; i++)
        {
            isSound = IsNear(matches[i]) && (i == 0 || matches[i].Similarity <= matches[i - 1].Similarity);
        }

        return isSound ? matches : [.. matches.Where(IsNear).OrderByDescending(match => match.Similarity)];

        bool IsNear(SemanticMatch match) => match.Similarity >= Floor && match.Entry.Partition == partition && match.Entry.Encoder == Encoder;
    }
}
