namespace TokenThrift.Compression.Sessions;

/// <summary>Decides whether an epoch pays, as a function of plain numbers.</summary>
/// <remarks>
/// History of N tokens is cached. Replacing results from position p on takes away D tokens and makes the S tokens that
/// stay after p be written again: it costs (w - r) S and saves r D with every later call. How many calls are to come is
/// not known, so the rule is that of renting against buying: buy when what was spent on rent equals the price (Karlin et
/// al., Competitive snoopy caching, 1988), which never costs more than twice what the best decision in hindsight would.
/// </remarks>
internal static class EpochPolicy
{
    /// <summary>Chooses the first result to replace; all candidates from it on are replaced.</summary>
    /// <param name="candidates">The candidates in their order in the history.</param>
    /// <param name="account">The prices and the session's account.</param>
    /// <returns>The index of the first candidate to replace, or -1 when no epoch pays.</returns>
    public static int FirstToReplace(IReadOnlyList<EpochCandidate> candidates, in EpochAccount account)
    {
        Int128 best = -1;
        int first = -1;
        Int128 gain = 0;
        Int128 rent = 0;
        Int128 retrievals = 0;
        for (int i = candidates.Count - 1; i >= 0; i--)
        {
            EpochCandidate candidate = candidates[i];
            gain += candidate.Gain;
            rent += (Int128)candidate.Wasted * account.Read;
            retrievals += (((Int128)account.Read * account.PromptTokens) + ((Int128)account.Write * candidate.Original)) * account.RetrievalPerThousand / 1000;
            Int128 stays = candidate.After - (gain - candidate.Gain);
            Int128 price = account.IsBreakFree ? 0 : (account.Write - account.Read) * (account.HasHandles ? stays : account.PromptTokens - gain);
            if (!account.HasHandles)
            {
                price += account.Write * (Int128)account.ToolTokens;
            }

            price += retrievals;
            Int128 net = rent - price;
            bool isPaidFor = account.IsBreakFree ? gain * account.Read * account.CallsExpected > price : net >= 0;
            bool isCovered = price <= account.Balance + (account.Spent * account.RegretPerThousand / 1000);
            if (isPaidFor && isCovered && (first < 0 || net >= best))
            {
                best = net;
                first = i;
            }
        }

        return first;
    }
}
