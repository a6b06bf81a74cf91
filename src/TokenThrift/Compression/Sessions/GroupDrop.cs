namespace TokenThrift.Compression.Sessions;

/// <summary>Chooses what is left out of a history that no longer fits: the oldest whole groups.</summary>
internal static class GroupDrop
{
    // Down to three quarters of the limit, or the next call would have to drop again and break the prompt cache again.
    private const int TargetPercent = 75;

    /// <summary>Chooses messages to leave out.</summary>
    /// <param name="kinds">What each message is.</param>
    /// <param name="tokens">The tokens of each message as it is sent.</param>
    /// <param name="limit">The most tokens that all may take.</param>
    /// <param name="keep">How many of the last groups always stay.</param>
    /// <returns>The messages, in order; a call and its results always together.</returns>
    public static IReadOnlyList<int> Choose(IReadOnlyList<MessageKind> kinds, IReadOnlyList<int> tokens, long limit, int keep)
    {
        long total = tokens.Sum(t => (long)t);
        long target = limit * TargetPercent / 100;
        int last = kinds.Count;
        for (int groups = 0; last > 0 && groups < keep; last--)
        {
            groups += kinds[last - 1] == MessageKind.Start ? 1 : 0;
        }

        var dropped = new List<int>();
        for (int i = 0; i < last && total > target; i++)
        {
            if (kinds[i] != MessageKind.Start)
            {
                continue;
            }

            int end = i + 1;
            while (end < kinds.Count && kinds[end] is MessageKind.Follow or MessageKind.Pinned)
            {
                end++;
            }

            IEnumerable<int> group = Enumerable.Range(i, end - i);
            if (end <= last && !group.Any(m => kinds[m] == MessageKind.Pinned) && group.Any(m => tokens[m] > 0))
            {
                dropped.AddRange(group);
                total -= group.Sum(m => (long)tokens[m]);
            }
        }

        return dropped;
    }
}
