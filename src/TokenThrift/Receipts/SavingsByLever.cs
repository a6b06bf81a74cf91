using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>A saving split by what brought it. The parts add up to <see cref="Total"/> exactly; a part can be negative.</summary>
/// <param name="Cache">What cache hits saved: the request as sent, less nothing.</param>
/// <param name="Compression">What a shorter prompt saved at the reference model.</param>
/// <param name="Routing">What cheaper models saved, rejected attempts taken off.</param>
/// <param name="ProviderCache">The difference between the simulated and the billed provider prompt cache.</param>
/// <param name="Overhead">What judges, audits, embeddings, summaries and retrievals cost; zero or negative.</param>
public readonly record struct SavingsByLever(NanoUsd Cache, NanoUsd Compression, NanoUsd Routing, NanoUsd ProviderCache, NanoUsd Overhead)
{
    /// <summary>Gets the sum of the parts.</summary>
    public NanoUsd Total => Cache + Compression + Routing + ProviderCache + Overhead;

    /// <summary>Adds two savings part by part.</summary>
    /// <param name="left">One saving.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static SavingsByLever operator +(SavingsByLever left, SavingsByLever right) => Add(left, right);

    /// <summary>Adds two savings part by part.</summary>
    /// <param name="left">One saving.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static SavingsByLever Add(SavingsByLever left, SavingsByLever right) => new(
        left.Cache + right.Cache,
        left.Compression + right.Compression,
        left.Routing + right.Routing,
        left.ProviderCache + right.ProviderCache,
        left.Overhead + right.Overhead);
}
