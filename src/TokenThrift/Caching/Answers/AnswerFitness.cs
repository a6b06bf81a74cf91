namespace TokenThrift.Caching.Answers;

/// <summary>For which tiers an answer may be kept.</summary>
internal enum AnswerFitness
{
    /// <summary>For none: incomplete, filtered, an error, or with content that cannot be given back.</summary>
    None,

    /// <summary>For identical requests only.</summary>
    Exact,

    /// <summary>For similar questions too.</summary>
    Semantic,
}
