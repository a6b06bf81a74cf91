namespace TokenThrift.Compression.Sessions;

/// <summary>Decides whether an epoch pays, as a function of plain numbers.</summary>
/// <remarks>
/// <para>
/// A history is cached. Replacing results from position p on takes away D tokens and makes the S tokens that stay after p
/// be written again: it costs (w - r) S and saves r D with every later call. How many calls T are to come is not known; as
/// many as there have been is the estimate that is right whatever the scale (Gott, Nature 363, 1993). The position is the
/// one with the largest T r D - (w - r) S - retrievals.
/// </para>
/// <para>
/// Even an epoch that pays is worth waiting for, because results that are about to become old share its price. That is the
/// dynamic lot-size problem, and the rule is that of Silver and Meal (Production and Inventory Management 14, 1973): wait as
/// long as price and rent together, divided by the calls of the cycle, still fall. Rent is what was read for nothing. And no
/// wait is longer than until the rent alone has come to the price, which is the rule of renting against buying (Karlin et
/// al., Competitive snoopy caching, 1988).
/// </para>
/// </remarks>
internal static class EpochPolicy
{
    /// <summary>Chooses the first result to replace; all candidates from it on are replaced.</summary>
    /// <param name="candidates">The candidates in their order in the history.</param>
    /// <param name="account">The prices and the session's account.</param>
    /// <returns>The index of the first candidate to replace, or -1 when no epoch pays yet.</returns>
    public static int FirstToReplace(IReadOnlyList<EpochCandidate> candidates, in EpochAccount account)
    {
        int first = -1;
        bool isRipe = false;
        Int128 best = 0;
        Int128 gain = 0;
        Int128 rent = 0;
        Int128 retrievals = 0;
        Int128 cycle = 0;
        for (int i = candidates.Count - 1; i >= 0; i--)
        {
            EpochCandidate candidate = candidates[i];
            gain += candidate.Gain;
            rent += (Int128)candidate.Wasted * account.Read;
            cycle = Int128.Max(cycle, candidate.Wasted / candidate.Gain);
            retrievals += (((Int128)account.Read * account.PromptTokens) + ((Int128)account.Write * candidate.Original)) * account.RetrievalPerThousand / 1000;
            Int128 stays = candidate.After - (gain - candidate.Gain);
            Int128 price = account.IsBreakFree ? 0 : (account.Write - account.Read) * (account.HasHandles ? stays : account.PromptTokens - gain);
            Int128 perCall = account.Read * gain;
            if (!account.HasHandles)
            {
                price += account.Write * (Int128)account.ToolTokens;
                perCall -= account.Read * (Int128)account.ToolTokens;
            }

            Int128 net = (account.CallsExpected * perCall) - price - retrievals;
            bool isCovered = price + retrievals <= account.Balance + (account.Spent * account.RegretPerThousand / 1000);
            if (net > best && isCovered)
            {
                best = net;
                first = i;
                // What comes after the candidate grows by about this much with every call, and its price with it.
                Int128 growth = price / Math.Max(1, candidate.Age);
                isRipe = account.IsBreakFree || rent >= price || cycle * (growth + (account.Read * gain)) >= price + rent;
            }
        }

        return isRipe ? first : -1;
    }
}
