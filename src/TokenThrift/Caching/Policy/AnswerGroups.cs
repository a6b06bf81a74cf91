using System.Runtime.InteropServices;

namespace TokenThrift.Caching;

/// <summary>The answers of a partition, each with the wordings that were found to be the same. Bounded. Used under its owner's lock.</summary>
internal sealed class AnswerGroups
{
    private const int MaximumGroups = 16_384;
    private readonly Dictionary<string, AnswerGroup> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _joined = new(StringComparer.Ordinal);
    private long _terms;

    /// <summary>Gets about how much they hold, in terms and groups.</summary>
    public long Weight => _terms + _groups.Count + _joined.Count;

    /// <summary>Gets how many there are.</summary>
    public int Count => _groups.Count;

    /// <summary>Finds what is known of an entry's answer.</summary>
    public AnswerGroup Of(SemanticEntry entry)
    {
        ref AnswerGroup? known = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, Root(entry.AnswerGroup), out bool exists);
        return exists ? known! : known = new AnswerGroup(entry.Terms);
    }

    /// <summary>Notes what came of checking whether to serve a group's answer.</summary>
    public void Check(string? group, bool isWrong)
    {
        if (group is not null && _groups.TryGetValue(Root(group), out AnswerGroup? known))
        {
            (known.Right, known.Wrong) = isWrong ? (known.Right, known.Wrong + 1) : (known.Right + 1, known.Wrong);
        }
    }

    /// <summary>Notes that a group's answer, which was counted as wrong, was right.</summary>
    public void Correct(string group)
    {
        if (_groups.TryGetValue(Root(group), out AnswerGroup? known))
        {
            (known.Right, known.Wrong) = (known.Right + 1, Math.Max(0, known.Wrong - 1));
        }
    }

    /// <summary>Takes in a question with an answer.</summary>
    /// <param name="asked">Its terms.</param>
    /// <param name="group">The group of its answer.</param>
    public void Add(QuestionTerms asked, string group)
    {
        ref AnswerGroup? known = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, Root(group), out bool exists);
        if (exists)
        {
            _terms -= known!.Terms;
            known.Add(asked);
            _terms += known.Terms;
        }
        else
        {
            known = new AnswerGroup(asked);
            Bound();
        }
    }

    /// <summary>Makes one of two groups whose answers were found to be the same. Returns whether they were known as two.</summary>
    public bool Join(string group, string into)
    {
        string from = Root(group);
        string to = Root(into);
        if (from == to || !_groups.Remove(from, out AnswerGroup? joined))
        {
            return false;
        }

        if (_groups.TryGetValue(to, out AnswerGroup? known))
        {
            _terms -= known.Terms + joined.Terms;
            known.Add(joined);
            _terms += known.Terms;
        }
        else
        {
            _groups[to] = joined;
        }

        _joined[from] = to;
        return true;
    }

    /// <summary>Forgets what came of checking whether to serve them.</summary>
    public void ForgetRecords()
    {
        foreach (AnswerGroup group in _groups.Values)
        {
            (group.Right, group.Wrong) = (0, 0);
        }
    }

    /// <summary>Forgets which were found to be the same: each wording stands for itself again, until it is met anew.</summary>
    public void Part() => _joined.Clear();

    /// <summary>Tells whether two answers were found to be the same, be it by way of others.</summary>
    public bool AreOne(string left, string right) => Root(left) == Root(right);

    private string Root(string group)
    {
        while (_joined.TryGetValue(group, out string? into))
        {
            group = into;
        }

        return group;
    }

    // A group of one holds no more than its entry does, and is made again when that is met.
    private void Bound()
    {
        if (_joined.Count > MaximumGroups)
        {
            _joined.Clear();
        }

        if (_groups.Count <= MaximumGroups)
        {
            return;
        }

        foreach ((string id, AnswerGroup group) in _groups.ToArray())
        {
            if (group.Questions == 1)
            {
                _groups.Remove(id);
            }
        }

        if (_groups.Count > MaximumGroups / 2)
        {
            _groups.Clear();
            _terms = 0;
        }
    }
}
