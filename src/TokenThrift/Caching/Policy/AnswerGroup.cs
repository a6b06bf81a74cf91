using System.Buffers.Text;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using TokenThrift.Text;

namespace TokenThrift.Caching;

/// <summary>The questions of a partition that got the same answer, and what is known of serving it. Used under its owner's lock.</summary>
/// <param name="first">The terms of its first question.</param>
internal sealed class AnswerGroup(QuestionTerms first)
{
    private const int MaximumTerms = 2048;
    private TermFrequencies? _terms;

    /// <summary>Gets how many questions it holds.</summary>
    public int Questions => _terms?.Questions ?? 1;

    /// <summary>Gets how many terms it has counted; those of a single question are its entry's.</summary>
    public int Terms => _terms?.Terms ?? 0;

    /// <summary>Gets or sets how often its answer would have been right, as far as that was checked.</summary>
    public int Right { get; set; }

    /// <summary>Gets or sets how often its answer would have been wrong.</summary>
    public int Wrong { get; set; }

    /// <summary>Returns the id of the group that an answer begins: answers that are equal after folding have the same, whoever finds them.</summary>
    public static string IdOf(string answer)
    {
        UInt128 hash = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(TextFolding.Fold(answer).AsSpan()));
        return Base64Url.EncodeToString(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in hash)));
    }

    public void Add(QuestionTerms terms) => Counted().Add(terms);

    /// <summary>Takes in another group, whose answer was found to be the same.</summary>
    public void Add(AnswerGroup other)
    {
        if (other._terms is null)
        {
            Add(other.First);
        }
        else
        {
            Counted().Add(other._terms);
        }

        (Right, Wrong) = (Right + other.Right, Wrong + other.Wrong);
    }

    public int Count(uint term) => _terms?.Count(term) ?? (Array.IndexOf(first.All, term) >= 0 ? 1 : 0);

    private QuestionTerms First => first;

    private TermFrequencies Counted()
    {
        if (_terms is null)
        {
            _terms = new TermFrequencies(MaximumTerms);
            _terms.Add(first);
        }

        return _terms;
    }
}
