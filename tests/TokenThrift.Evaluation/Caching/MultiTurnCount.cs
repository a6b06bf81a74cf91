namespace TokenThrift.Evaluation.Caching;

/// <summary>What became of follow-ups.</summary>
internal sealed class MultiTurnCount
{
    /// <summary>Gets how many conversations were repeated as they were, and how many of them were served whole.</summary>
    public int Same { get; private set; }

    public int SameHits { get; private set; }

    /// <summary>Gets how many conversations were repeated in words that are equal after folding, and how many of them were served whole.</summary>
    public int Reworded { get; private set; }

    public int RewordedHits { get; private set; }

    /// <summary>Gets how many follow-ups were asked under a main query that is not theirs, and how many of them were served.</summary>
    public int Cross { get; private set; }

    public int CrossHits { get; private set; }

    public void SameAs(bool isHit) => (Same, SameHits) = (Same + 1, SameHits + (isHit ? 1 : 0));

    public void RewordedAs(bool isHit) => (Reworded, RewordedHits) = (Reworded + 1, RewordedHits + (isHit ? 1 : 0));

    public void CrossAs(bool isHit) => (Cross, CrossHits) = (Cross + 1, CrossHits + (isHit ? 1 : 0));

    public IReadOnlyList<string> Row(string name) => [name, $"{Cross}", $"{CrossHits}", $"{Same}", $"{SameHits}", $"{Reworded}", $"{RewordedHits}"];
}
