namespace TokenThrift.Requests;

/// <summary>The embedding of a request, left in its <see cref="RequestContext"/> by whoever made it, so that others need not make it again.</summary>
/// <param name="Values">The vector, of unit length.</param>
/// <param name="Model">The embedder that made it; vectors of different embedders cannot be compared.</param>
public sealed record RequestVector(ReadOnlyMemory<float> Values, string Model);
