namespace TokenThrift.Caching;

/// <summary>What a comparer says of two answers.</summary>
public enum AnswerComparison
{
    /// <summary>It cannot tell. Never counts as <see cref="Same"/>.</summary>
    Unknown,

    /// <summary>Either would have done in place of the other.</summary>
    Same,

    /// <summary>They say different things.</summary>
    Different,
}
