using TokenThrift.Compression.References;

namespace TokenThrift.Compression.Sessions;

/// <summary>Finds the results that have become old, and replaces them.</summary>
internal static class StaleResults
{
    /// <summary>Lists the results that an epoch could replace, and books one more call in which they were read for nothing.</summary>
    /// <param name="results">The results.</param>
    /// <param name="sent">The messages as they are sent.</param>
    /// <param name="spoken">What messages and calls hold, which stays.</param>
    /// <param name="touched">The group in which a call named a file last, by its path.</param>
    /// <param name="groups">How many groups of tool calls there are.</param>
    /// <param name="rewriter">The rewriter.</param>
    /// <returns>The candidates in their order in the history.</returns>
    public static List<EpochCandidate> Find(
        ResultList results, SentMessages sent, NameSet spoken, IReadOnlyDictionary<string, int> touched, int groups, SessionRewriter rewriter)
    {
        var candidates = new List<EpochCandidate>();
        var repeated = new RepeatedLines();
        long after = 0;
        int message = sent.Count;
        for (int i = results.Count - 1; i >= 0; i--)
        {
            ResultItem item = results[i];
            while (message > item.Message + 1)
            {
                after += sent.TokensOf(--message);
            }

            if (results.IsRemoved(i))
            {
                continue;
            }

            // A file is worked with for as long as calls name it, whatever was read of it when.
            int age = groups - (item.Path is { } path && touched.TryGetValue(path, out int last) ? Math.Max(last, item.Group) : item.Group);
            bool isOld = age >= rewriter.KeepGroups;
            // What later results that stay repeat of it would have to be written out there.
            long gain = isOld && item.Tokens >= rewriter.SmallestRemoval
                ? item.Tokens - results.DigestTokens(i, spoken) - repeated.TokensOf(i, item)
                : 0;
            if (gain * rewriter.SmallestGain >= item.Tokens && gain > 0)
            {
                candidates.Add(new EpochCandidate(i, gain, results.Waste(i, gain), after, item.OriginalTokens, age));
            }
            else if (!isOld && item.Linked is { } linked)
            {
                repeated.Add(linked);
            }
        }

        candidates.Reverse();
        return candidates;
    }

    /// <summary>Replaces results by their digests; what refers to them and is old itself goes with them.</summary>
    /// <param name="indices">The results, in order.</param>
    /// <param name="results">All results.</param>
    /// <param name="sent">The messages as they are sent.</param>
    /// <param name="spoken">What messages and calls hold, which stays.</param>
    /// <param name="groups">How many groups of tool calls there are.</param>
    /// <param name="rewriter">The rewriter.</param>
    /// <returns>Everything that was replaced.</returns>
    public static IReadOnlyList<int> Replace(IReadOnlyList<int> indices, ResultList results, SentMessages sent, NameSet spoken, int groups, SessionRewriter rewriter)
    {
        var gone = new HashSet<int>(indices.Where(i => !results.IsRemoved(i)));
        for (int i = indices[0] + 1; i < results.Count; i++)
        {
            if (!results.IsRemoved(i) && groups - results[i].Group >= rewriter.KeepGroups && results[i].Linked?.RefersTo(gone) == true)
            {
                gone.Add(i);
            }
        }

        int[] all = [.. gone.Order()];
        HashSet<ulong> elsewhere = NamesOutside(all, results, sent);
        var digests = new Dictionary<ResultItem, string>(ReferenceEqualityComparer.Instance);
        // The later of two results is the newer: it keeps the names that both hold.
        foreach (int i in Enumerable.Reverse(all))
        {
            results.Remove(i);
            digests[results[i]] = DigestBuilder.Write(results[i], spoken, elsewhere);
        }

        foreach (IGrouping<int, int> message in all.GroupBy(i => results[i].Message))
        {
            sent.Rewrite(message.Key, [.. message.Select(i => results[i])], item => digests[item], rewriter.Count);
        }

        return all;
    }

    // What the model can read elsewhere in the prompt need not stand in a digest as well.
    private static HashSet<ulong> NamesOutside(int[] removed, ResultList results, SentMessages sent)
    {
        var names = new HashSet<ulong>();
        HashSet<(int Message, int Content)> places = [.. removed.Select(i => (results[i].Message, results[i].Content))];
        foreach ((int message, int content, Microsoft.Extensions.AI.FunctionResultContent result) in sent.Results)
        {
            if (!places.Contains((message, content)) && ToolResultText.Of(result.Result) is { } text)
            {
                Outline.Collect(text, names);
            }
        }

        return names;
    }
}
