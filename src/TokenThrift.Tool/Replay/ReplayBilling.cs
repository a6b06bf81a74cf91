namespace TokenThrift.Replay;

/// <summary>
/// The billing model of <c>replay</c> and <c>compress-replay</c>: input of a call costs R x (tokens of the longest common
/// prefix with the call before it in the same episode) + W x (the rest). The cache is always warm. One object an episode.
/// </summary>
/// <param name="read">R, the price of a cached token as a multiple of the input price.</param>
/// <param name="write">W, the price of any other input token as a multiple of the input price.</param>
internal sealed class ReplayBilling(decimal read = ReplayBilling.DefaultRead, decimal write = ReplayBilling.DefaultWrite)
{
    public const decimal DefaultRead = 0.1m;
    public const decimal DefaultWrite = 1.25m;
    private IReadOnlyList<ReplayPiece> _before = [];

    /// <summary>Gets how often a call kept less than the whole of the call before it as its prefix.</summary>
    public int PrefixBreaks { get; private set; }

    /// <summary>Bills one call and remembers it for the next.</summary>
    /// <param name="sent">The pieces of the request as it reached the provider.</param>
    public ReplayBill Bill(IReadOnlyList<ReplayPiece> sent)
    {
        ReplayBill bill = Price(sent);
        if (bill.PrefixTokens < _before.Sum(piece => (long)piece.Tokens.Length))
        {
            PrefixBreaks++;
        }

        _before = sent;
        return bill;
    }

    /// <summary>What a request would cost next, without sending it.</summary>
    public ReplayBill Price(IReadOnlyList<ReplayPiece> sent)
    {
        long total = sent.Sum(piece => (long)piece.Tokens.Length);
        long prefix = CommonPrefix(_before, sent);
        return new ReplayBill(total, prefix, (read * prefix) + (write * (total - prefix)));
    }

    /// <summary>What fetching one removed tool result back costs: a further call over the prefix just sent, plus the item.</summary>
    /// <param name="sent">The pieces of the call whose answer needed the item.</param>
    /// <param name="itemTokens">The tokens of the item.</param>
    public ReplayBill Retrieval(IReadOnlyList<ReplayPiece> sent, int itemTokens)
    {
        long prefix = sent.Sum(piece => (long)piece.Tokens.Length);
        return new ReplayBill(prefix + itemTokens, prefix, (read * prefix) + (write * itemTokens));
    }

    /// <summary>The longest common prefix of two requests, in tokens.</summary>
    public static long CommonPrefix(IReadOnlyList<ReplayPiece> before, IReadOnlyList<ReplayPiece> after)
    {
        long tokens = 0;
        for (int i = 0; i < before.Count && i < after.Count; i++)
        {
            if (!ReferenceEquals(before[i], after[i]))
            {
                return tokens + before[i].Tokens.AsSpan().CommonPrefixLength(after[i].Tokens);
            }

            tokens += before[i].Tokens.Length;
        }

        return tokens;
    }
}
