using TokenThrift.Text;

namespace TokenThrift.Caching;

/// <summary>Says where two questions that read alike cannot have the same answer. A guard only rejects, it never accepts.</summary>
/// <remarks>
/// Each rule looks at what stands in one question and not in the other: numbers, versions, units, quoted text and addresses, negation,
/// opposites, direction, names. The rules know English best; negation and opposites also the commonest words of German, French,
/// Spanish, Portuguese, Italian, Dutch and Chinese. Pure functions; safe for concurrent use.
/// </remarks>
public static class SemanticGuards
{
    /// <summary>The numbers differ.</summary>
    public const string Number = "guard-number";

    /// <summary>The units differ.</summary>
    public const string Unit = "guard-unit";

    /// <summary>Versions, codes or identifiers differ.</summary>
    public const string Identifier = "guard-identifier";

    /// <summary>Quoted text, addresses or paths differ.</summary>
    public const string Literal = "guard-literal";

    /// <summary>One denies what the other does not.</summary>
    public const string Negation = "guard-negation";

    /// <summary>One has the opposite of a word of the other.</summary>
    public const string Antonym = "guard-antonym";

    /// <summary>The same words with two of them exchanged.</summary>
    public const string Direction = "guard-direction";

    /// <summary>The names differ.</summary>
    public const string Name = "guard-name";

    // A denial tells two questions apart where the rest is the same; a rewording may deny in words that no list holds.
    private const double SameRest = 0.6;

    /// <summary>Compares two questions.</summary>
    /// <param name="asked">The question that is asked.</param>
    /// <param name="kept">The question whose answer might be served.</param>
    /// <returns>The reason code of the first guard that rejects, or <see langword="null"/> when none does.</returns>
    public static string? Check(string asked, string kept)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(kept);
        if (TextFolding.AreEqual(asked, kept))
        {
            return null;
        }

        QuestionParts left = QuestionParts.Of(asked);
        QuestionParts right = QuestionParts.Of(kept);
        bool isDenied = left.Negations % 2 != right.Negations % 2;
        bool isOpposite = Opposites.Between(left.Words, right.Words);
        return Differ(left.Literals, right.Literals) ? Literal
            : Differ(left.Identifiers, right.Identifiers) ? Identifier
            : Differ(left.Numbers, right.Numbers) ? Number
            : Differ(left.Units, right.Units) ? Unit
            : isDenied && !isOpposite && Overlap(left.Content, right.Content) >= SameRest ? Negation
            : isOpposite && !isDenied ? Antonym
            : IsExchange(left.Content, right.Content) ? Direction
            : NamesDiffer(left, right) ? Name
            : null;
    }

    /// <summary>Compares two questions, and asks of what only one of them says whether the answer hangs on it.</summary>
    /// <param name="asked">The question that is asked.</param>
    /// <param name="kept">The question whose answer might be served.</param>
    /// <param name="answer">That answer.</param>
    /// <returns>The reason code of the first guard that rejects, or <see langword="null"/> when none does.</returns>
    public static string? Check(string asked, string kept, string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (Check(asked, kept) is { } reason)
        {
            return reason;
        }

        // A number that the kept question alone names and that its answer repeats: the answer is about that number.
        HashSet<string> left = QuestionParts.Of(asked).Numbers;
        HashSet<string> right = QuestionParts.Of(kept).Numbers;
        return !right.IsSubsetOf(left) && right.Except(left, StringComparer.Ordinal).Any(QuestionParts.Of(answer).Numbers.Contains) ? Number : null;
    }

    // Each has something that the other lacks. What only one of them says may be implied by the other, and is left to the policy.
    private static bool Differ(HashSet<string> left, HashSet<string> right) => !left.IsSubsetOf(right) && !right.IsSubsetOf(left);

    private static double Overlap(List<string> left, List<string> right)
    {
        int union = left.Union(right, StringComparer.Ordinal).Count();
        return union == 0 ? 1 : (double)left.Intersect(right, StringComparer.Ordinal).Count() / union;
    }

    // The same words, two of them in each other's place: from A to B, from B to A.
    private static bool IsExchange(List<string> left, List<string> right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        int first = -1;
        int differing = 0;
        for (int i = 0; i < left.Count; i++)
        {
            if (left[i] == right[i])
            {
                continue;
            }

            differing++;
            if (first < 0)
            {
                first = i;
            }
            else if (left[i] != right[first] || right[i] != left[first])
            {
                return false;
            }
        }

        return differing == 2;
    }

    private static bool NamesDiffer(QuestionParts left, QuestionParts right)
    {
        return left.Names.Any(name => !Has(right, name)) && right.Names.Any(name => !Has(left, name));

        static bool Has(QuestionParts parts, string name) => parts.Words.Contains(name) || parts.Words.Any(word => word.Length > 3 && name.StartsWith(word, StringComparison.Ordinal));
    }
}
