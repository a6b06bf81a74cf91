namespace TokenThrift.Requests;

/// <summary>Draws from a source that the application gave, or from the shared one. Safe for concurrent use.</summary>
internal static class UniformDraw
{
    /// <summary>Draws a number uniformly from [0, 1).</summary>
    /// <param name="random">The source, which several clients may share; null for <see cref="Random.Shared"/>.</param>
    public static double From(Random? random)
    {
        if (random is null)
        {
            return Random.Shared.NextDouble();
        }

        lock (random)
        {
            return random.NextDouble();
        }
    }
}
