namespace TokenThrift.Caching;

/// <summary>Signs that two answers with the same words of weight do not say the same. Pure functions.</summary>
internal static class AnswerContrast
{
    private const int Contexts = 3;

    private static readonly HashSet<uint> Copulas = [.. AnswerReading.Of("is are was were be been being am isn't aren't wasn't weren't has have had get gets got").Words.Select(word => word.Term)];

    /// <summary>Tells whether each has a name, or each a number, that the other lacks.</summary>
    public static bool DoNamesDiffer(AnswerReading left, AnswerReading right)
    {
        HashSet<uint> one = Terms(left);
        HashSet<uint> other = Terms(right);
        return Any(word => word.IsName) || Any(word => word.IsNumber);

        bool Any(Func<AnswerWord, bool> isSuch) =>
            left.Words.Any(word => isSuch(word) && !other.Contains(word.Term)) && right.Words.Any(word => isSuch(word) && !one.Contains(word.Term));
    }

    /// <summary>Tells whether the same is said to be one thing in one answer and another in the other: <c>transfer is pending</c>, <c>transfer was declined</c>.</summary>
    /// <remarks>Words that only one of them has, after a form of <c>be</c> or <c>have</c>, with the same word before that and the same one after.</remarks>
    public static bool IsReplaced(AnswerReading left, AnswerReading right)
    {
        HashSet<uint> one = Terms(left);
        HashSet<uint> other = Terms(right);
        HashSet<(uint, uint)> frames = [.. Alone(left, other).Select(i => Frame(left, i))];
        return Alone(right, one).Any(i => frames.Contains(Frame(right, i)));
    }

    /// <summary>Tells whether two words of weight stand in each other's place: <c>from savings to checking</c>, <c>from checking to savings</c>.</summary>
    public static bool AreExchanged(AnswerReading left, AnswerReading right, HashSet<uint> content)
    {
        for (int length = 1; length <= Contexts; length++)
        {
            var befores = (Left: Places(left, content, -1, length), Right: Places(right, content, -1, length));
            var afters = (Left: Places(left, content, 1, length), Right: Places(right, content, 1, length));
            if (AreExchanged(befores, afters) || AreExchanged(afters, befores))
            {
                return true;
            }
        }

        return false;
    }

    // Each stands on one side where the other stood, and on the other side one of them does at least.
    private static bool AreExchanged(
        (Dictionary<uint, HashSet<uint>> Left, Dictionary<uint, HashSet<uint>> Right) side, (Dictionary<uint, HashSet<uint>> Left, Dictionary<uint, HashSet<uint>> Right) opposite)
    {
        uint[] moved = [.. side.Left.Keys.Where(term => side.Right.TryGetValue(term, out HashSet<uint>? places) && !places.Overlaps(side.Left[term]))];
        return moved.Any(u => moved.Any(v => u < v
            && side.Left[u].Overlaps(side.Right[v]) && side.Left[v].Overlaps(side.Right[u])
            && (opposite.Left[u].Overlaps(opposite.Right[v]) || opposite.Left[v].Overlaps(opposite.Right[u]))));
    }

    private static HashSet<uint> Terms(AnswerReading answer) => [.. answer.Words.Select(word => word.Term)];

    private static IEnumerable<int> Alone(AnswerReading answer, HashSet<uint> other) => Enumerable.Range(0, answer.Words.Length).Where(i =>
        i > 0 && Copulas.Contains(answer.Beside(i, -1)) && !answer.Words[i].IsStop && !other.Contains(answer.Words[i].Term));

    private static (uint Before, uint After) Frame(AnswerReading answer, int i) => (answer.Beside(i - 1, -1), answer.Beside(i, 1));

    private static Dictionary<uint, HashSet<uint>> Places(AnswerReading answer, HashSet<uint> content, int side, int length)
    {
        var places = new Dictionary<uint, HashSet<uint>>();
        for (int i = 0; i < answer.Words.Length; i++)
        {
            AnswerWord word = answer.Words[i];
            if (!content.Contains(word.Term))
            {
                continue;
            }

            uint context = 0;
            for (int k = 1; k <= length; k++)
            {
                int at = i + (k * side);
                uint beside = at >= 0 && at < answer.Words.Length && answer.Words[at].Clause == word.Clause ? answer.Words[at].Term : 1;
                context = AnswerReading.Join(context, beside);
            }

            if (!places.TryGetValue(word.Term, out HashSet<uint>? known))
            {
                places[word.Term] = known = [];
            }

            known.Add(context);
        }

        return places;
    }
}
