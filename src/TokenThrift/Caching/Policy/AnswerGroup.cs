namespace TokenThrift.Caching;

/// <summary>The questions of a partition that got the same answer, and what is known of serving it. Used under its owner's lock.</summary>
/// <param name="first">The terms of its first question.</param>
internal sealed class AnswerGroup(QuestionTerms first)
{
    private const int MaximumTerms = 2048;
    private TermFrequencies? _terms;

    /// <summary>Gets how many questions it holds.</summary>
    public int Questions => _terms?.Questions ?? 1;

    /// <summary>Gets or sets how often its answer would have been right, as far as that was checked.</summary>
    public int Right { get; set; }

    /// <summary>Gets or sets how often its answer would have been wrong.</summary>
    public int Wrong { get; set; }

    public void Add(QuestionTerms terms)
    {
        if (_terms is null)
        {
            _terms = new TermFrequencies(MaximumTerms);
            _terms.Add(first);
        }

        _terms.Add(terms);
    }

    public int Count(uint term) => _terms?.Count(term) ?? (Array.IndexOf(first.All, term) >= 0 ? 1 : 0);
}
