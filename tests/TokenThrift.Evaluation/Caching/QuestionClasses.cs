namespace TokenThrift.Evaluation.Caching;

/// <summary>Questions that labelled pairs join, directly or by way of others, are of one class and have one answer.</summary>
internal sealed class QuestionClasses
{
    private readonly Dictionary<string, string> _parents = new(StringComparer.Ordinal);

    public QuestionClasses(IEnumerable<(string A, string B, bool Same)> pairs)
    {
        foreach ((string a, string b, bool same) in pairs)
        {
            string left = Of(a);
            string right = Of(b);
            if (same)
            {
                _parents[left] = right;
            }
        }
    }

    /// <summary>Names the class of a question: by one of its questions.</summary>
    public string Of(string question)
    {
        if (!_parents.TryGetValue(question, out string? parent))
        {
            return _parents[question] = question;
        }

        while (parent != _parents[parent])
        {
            parent = _parents[parent];
        }

        _parents[question] = parent;
        return parent;
    }
}
