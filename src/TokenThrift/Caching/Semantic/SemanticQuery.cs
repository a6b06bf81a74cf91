namespace TokenThrift.Caching;

/// <summary>A question for an <see cref="ISemanticIndex"/>.</summary>
/// <param name="Partition">What must be equal.</param>
/// <param name="Encoder">The name of the model that made the vector.</param>
/// <param name="Vector">The vector of the question, of length 1.</param>
public readonly record struct SemanticQuery(string Partition, string Encoder, ReadOnlyMemory<float> Vector);
