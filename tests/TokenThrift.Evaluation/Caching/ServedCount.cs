namespace TokenThrift.Evaluation.Caching;

/// <summary>What became of the second questions of labelled pairs.</summary>
internal sealed class ServedCount
{
    /// <summary>Gets how many pairs were counted.</summary>
    public int Pairs { get; private set; }

    /// <summary>Gets how many of them are the same.</summary>
    public int Same { get; private set; }

    /// <summary>Gets how many of them are not.</summary>
    public int Different { get; private set; }

    /// <summary>Gets how many second questions of the same pairs were served with a right answer.</summary>
    public int TrueHits { get; private set; }

    /// <summary>Gets how many second questions of the other pairs were served with an answer that is not theirs.</summary>
    public int FalseHits { get; private set; }

    /// <summary>Gets how many second questions were served.</summary>
    public int Hits { get; private set; }

    /// <summary>Gets how many of those got an answer that is not theirs, whichever question it came from.</summary>
    public int Wrong { get; private set; }

    /// <summary>Gets how many pairs are labelled as not the same although other pairs join them.</summary>
    public int Contradictory { get; private set; }

    /// <summary>Gets the share of pairs that are the same whose second question was served with a right answer.</summary>
    public double TrueHitRate => Same == 0 ? 0 : (double)TrueHits / Same;

    /// <summary>Gets the share of pairs that are not the same whose second question was served with an answer that is not its own.</summary>
    public double FalseHitRate => Different == 0 ? 0 : (double)FalseHits / Different;

    /// <summary>Takes in a pair.</summary>
    /// <param name="same">Its label.</param>
    /// <param name="isJoined">Whether its questions are of one class.</param>
    /// <param name="isHit">Whether the second question was answered from the cache.</param>
    /// <param name="isRight">Whether the answer was one to its class.</param>
    public void Add(bool same, bool isJoined, bool isHit, bool isRight)
    {
        if (!same && isJoined)
        {
            Contradictory++;
            return;
        }

        Pairs++;
        Hits += isHit ? 1 : 0;
        Wrong += isHit && !isRight ? 1 : 0;
        if (same)
        {
            Same++;
            TrueHits += isHit && isRight ? 1 : 0;
        }
        else
        {
            Different++;
            FalseHits += isHit && !isRight ? 1 : 0;
        }
    }
}
