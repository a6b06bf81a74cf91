namespace TokenThrift.Compression.Sessions;

/// <summary>Decides whether parts are taken out of new results. They were never sent, so it costs nothing but the tool that gives them back.</summary>
internal static class Folding
{
    /// <summary>Near a cap, parts are taken out of results from this part of the usual size on.</summary>
    public const int PressedShare = 4;

    /// <summary>Chooses the results among the new ones.</summary>
    /// <param name="results">All results.</param>
    /// <param name="from">The first new one.</param>
    /// <param name="prefix">The tokens that the provider's cache holds.</param>
    /// <param name="price">The prices.</param>
    /// <param name="account">The session's account.</param>
    /// <param name="toolTokens">The tokens of the retrieve tool; 0 when the prompt has it.</param>
    /// <param name="isPressed">Whether a budget is nearly used up.</param>
    /// <param name="rewriter">The rewriter.</param>
    public static IReadOnlyList<int> Choose(
        ResultList results, int from, long prefix, PriceRatios price, SessionAccount account, int toolTokens, bool isPressed, SessionRewriter rewriter)
    {
        int smallest = isPressed ? rewriter.SmallestFolded / PressedShare : rewriter.SmallestFolded;
        int[] folded = [.. Enumerable.Range(from, results.Count - from).Where(i => results[i].Ingested.Tokens >= smallest && results[i].IsFoldable)];
        Int128 gain = folded.Sum(i => (long)(results[i].Tokens - results[i].Fold.Value!.Tokens));
        Int128 perToken = price.Write + (price.Read * (Int128)account.Calls);
        Int128 cost = toolTokens == 0 ? 0 : ((price.Write - price.Read) * (Int128)prefix) + (toolTokens * perToken);
        cost += gain * price.Write * rewriter.RetrievalPerThousand / 1000;
        return gain * perToken > cost && cost <= account.Balance + (account.Spent * rewriter.RegretPerThousand / 1000) + (gain * price.Write) ? folded : [];
    }

    /// <summary>Takes the parts out of results that have such a form; the log may name others, if it was written under other options.</summary>
    public static void Apply(IReadOnlyList<int> folded, ResultList results, SentMessages sent, SessionRewriter rewriter)
    {
        foreach (int i in folded)
        {
            if (results[i].Fold.Value is { } form)
            {
                results.Remove(i);
                sent.Rewrite(results[i].Message, [results[i]], _ => form.Text, rewriter.Count);
            }
        }
    }
}
