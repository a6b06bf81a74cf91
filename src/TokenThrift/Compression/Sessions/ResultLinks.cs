using TokenThrift.Compression.References;

namespace TokenThrift.Compression.Sessions;

/// <summary>Which results refer to earlier ones for what they repeat of them.</summary>
internal sealed class ResultLinks
{
    private int _linked;
    private int _indexed;
    private LineIndex _index = LineIndex.Empty;

    public ResultLinks Copy() => (ResultLinks)MemberwiseClone();

    /// <summary>Links the results that were added since the last time.</summary>
    public void Link(ResultList results, SentMessages sent, SessionRewriter rewriter)
    {
        for (; _linked < results.Count; _linked++)
        {
            Show(_linked, rewriter.Link(results[_linked], results.Items, _index), results, sent, rewriter);
            if (!results[_linked].IsFoldable)
            {
                _index = _index.With(_linked, results[_linked].Lines);
            }
        }
    }

    /// <summary>Results that could have been folded but were not are there to be referred to from the next call on.</summary>
    public void IndexUnfolded(ResultList results)
    {
        for (; _indexed < results.Count; _indexed++)
        {
            if (!results.IsRemoved(_indexed) && results[_indexed].IsFoldable)
            {
                _index = _index.With(_indexed, results[_indexed].Lines);
            }
        }
    }

    /// <summary>
    /// Results that referred to what is gone now are written out, or refer to what is left. The prompt changed before them
    /// anyway. What is written anew has other lines, so those that referred to it are written anew as well.
    /// </summary>
    public void LinkAgain(HashSet<int> removed, ResultList results, SentMessages sent, SessionRewriter rewriter)
    {
        _index = LineIndex.Empty;
        HashSet<int> changed = [.. removed];
        for (int i = 0; i < results.Count; i++)
        {
            if (results.IsRemoved(i))
            {
                continue;
            }

            if (results[i].Linked?.RefersTo(changed) == true)
            {
                Show(i, rewriter.Link(results[i], results.Items, _index), results, sent, rewriter);
                changed.Add(i);
            }

            _index = _index.With(i, results[i].Lines);
        }
    }

    private static void Show(int index, LinkedText? linked, ResultList results, SentMessages sent, SessionRewriter rewriter)
    {
        ResultItem item = results[index];
        if (item.Linked is not null || linked is not null)
        {
            results[index] = item.With(linked);
            sent.Rewrite(item.Message, [results[index]], shown => shown.Text, rewriter.Count);
        }
    }
}
