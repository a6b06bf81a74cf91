using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>The five amounts of one request, from which its saving follows. V0 to V3 are estimates; V4 is what was billed.</summary>
/// <param name="AsSent">V0: the request as the application sent it, at the reference model, provider prompt cache simulated.</param>
/// <param name="AfterCache">V1: nothing on a cache hit, else V0.</param>
/// <param name="AfterCompression">V2: the same after compression.</param>
/// <param name="AfterRouting">V3: the legs that were really used, rejected attempts included, prompt cache simulated.</param>
/// <param name="Billed">V4: what those legs billed.</param>
/// <param name="Overhead">What judges, audits, embeddings, summaries and retrievals cost; zero or positive.</param>
internal readonly record struct SavingsAmounts(
    NanoUsd AsSent, NanoUsd AfterCache, NanoUsd AfterCompression, NanoUsd AfterRouting, NanoUsd Billed, NanoUsd Overhead)
{
    public NanoUsd Spent => Billed + Overhead;

    public SavingsByLever ByLever => new(
        AsSent - AfterCache,
        AfterCache - AfterCompression,
        AfterCompression - AfterRouting,
        AfterRouting - Billed,
        -Overhead);

    /// <summary>The amounts of a request for which no saving is claimed: it would have cost what it cost.</summary>
    public static SavingsAmounts WithoutClaim(NanoUsd billed, NanoUsd overhead) => new(billed, billed, billed, billed, billed, overhead);
}
