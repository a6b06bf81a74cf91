namespace TokenThrift.Caching;

/// <summary>Compares answers by what they say, once the partition's answers have shown which words only say it. Safe for concurrent use.</summary>
/// <remarks>
/// Begins where <see cref="AnswerComparer"/> cannot tell. Words that come and go whatever is asked are left out (<see cref="WordingTable"/>);
/// what is left must be equal to the last word for <see cref="AnswerComparison.Same"/>: numbers with what they count, names, denials with what they
/// deny, all else. Words that change places, opposites, or one word in place of another in the same phrase stand against it, wording or not.
/// </remarks>
internal sealed class PartitionComparer
{
    // What is shared must be seen by chance in one answer of 400 at most, and not hang on one word.
    private const double LeastInformation = 6;
    private const int LeastContent = 2;

    // Sharing less than this of what they say, two answers are different.
    private const double Unlike = 0.1;

    // How many words a denial reaches, the commonest left out.
    private const int Reach = 3;

    private readonly Lock _lock = new();
    private readonly WordingTable _table = new();

    /// <summary>Gets how many words and phrases it has counted.</summary>
    public int Terms { get; private set; }

    /// <summary>Learns from an answer and the one to the nearest earlier question.</summary>
    public void Learn(string answer, string near)
    {
        AnswerReading one = AnswerReading.Of(answer);
        AnswerReading other = AnswerReading.Of(near);
        lock (_lock)
        {
            _table.Add(one, other);
            Terms = _table.Terms;
        }
    }

    /// <summary>Compares two answers.</summary>
    public AnswerComparison Compare(string left, string right)
    {
        AnswerComparison verdict = AnswerComparer.Compare(left, right);
        if (verdict == AnswerComparison.Same || (verdict == AnswerComparison.Different && AnswerComparer.AreAlike(left, right)))
        {
            return verdict;
        }

        AnswerReading one = AnswerReading.Of(left);
        AnswerReading other = AnswerReading.Of(right);
        HashSet<uint> says;
        HashSet<uint> saysToo;
        var words = new HashSet<string>(StringComparer.Ordinal);
        var wordsToo = new HashSet<string>(StringComparer.Ordinal);
        double shared;
        double least;
        lock (_lock)
        {
            says = Content(one, words);
            saysToo = Content(other, wordsToo);
            shared = says.Where(saysToo.Contains).Sum(_table.Information);
            least = Math.Min(says.Sum(_table.Information), saysToo.Sum(_table.Information));
        }

        if (least >= LeastInformation && shared < Unlike * least)
        {
            return AnswerComparison.Different;
        }

        return verdict != AnswerComparison.Different && shared >= LeastInformation && says.Count >= LeastContent && AreCovered(says, other, saysToo) && AreCovered(saysToo, one, says) && AreSameFacts(left, right) && !AreOpposed(words, other) && !AreOpposed(wordsToo, one)
            && !AnswerContrast.DoNamesDiffer(one, other) && !AnswerContrast.IsReplaced(one, other) && !AnswerContrast.AreExchanged(one, other, says)
            ? AnswerComparison.Same
            : AnswerComparison.Unknown;
    }

    // A word that one answer says may stand in the other's wording.
    private static bool AreCovered(HashSet<uint> says, AnswerReading other, HashSet<uint> saysToo) =>
        says.All(term => saysToo.Contains(term) || other.Words.Any(word => word.Term == term));

    private static bool AreSameFacts(string left, string right)
    {
        QuestionParts one = QuestionParts.Of(left);
        QuestionParts other = QuestionParts.Of(right);
        return one.Identifiers.SetEquals(other.Identifiers) && one.Literals.SetEquals(other.Literals);
    }

    // Opposites in wording alone, such as "before" and "after", are chance.
    private static bool AreOpposed(HashSet<string> says, AnswerReading other) => Opposites.Between(says, [.. other.Words.Select(word => word.Text)]);

    private HashSet<uint> Content(AnswerReading answer, HashSet<string> words)
    {
        var content = new HashSet<uint>();
        for (int i = 0; i < answer.Words.Length; i++)
        {
            AnswerWord word = answer.Words[i];
            if ((word.IsStop && !word.IsNumber && !word.IsDenial) || _table.IsWording(answer, i))
            {
                continue;
            }

            if (word.IsDenial)
            {
                Deny(answer, i, content);
            }
            else
            {
                words.Add(word.Text);
                content.Add(word.IsNumber ? AnswerReading.Join(word.Term, answer.Beside(i, 1)) : word.Term);
            }
        }

        return content;
    }

    // "Do not hesitate" says nothing where it comes and goes whatever is asked. Any other denial counts with what it denies, wording or not.
    private static void Deny(AnswerReading answer, int denial, HashSet<uint> content)
    {
        AnswerWord word = answer.Words[denial];
        content.Add(~word.Term);
        int reached = 0;
        for (int i = denial + 1; i < answer.Words.Length && answer.Words[i].Clause == word.Clause && reached < Reach; i++)
        {
            if (!answer.Words[i].IsStop)
            {
                content.Add(~answer.Words[i].Term);
                reached++;
            }
        }
    }
}
