using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using TokenThrift.Text;

namespace TokenThrift.Caching;

/// <summary>Compares answers without asking a model: by wording, by structure, by the facts that they name.</summary>
/// <remarks>
/// Answers that are equal after folding are the same; two JSON documents are compared value by value; texts of the same words in the same order,
/// but for endings and the language's commonest, are the same; texts that name different facts are different. Of all else it says that it cannot
/// tell. As the cache's own comparer it goes on from there: once some hundreds of answers have shown which words come and go whatever is asked,
/// two wordings whose other words are equal to the last, numbers, names and denials among them, are the same. Safe for concurrent use.
/// </remarks>
public sealed class AnswerComparer : IAnswerComparer
{
    private const double Alike = 0.6;

    private AnswerComparer()
    {
    }

    /// <summary>Gets the comparer.</summary>
    public static AnswerComparer Default { get; } = new();

    /// <inheritdoc/>
    public ValueTask<AnswerComparison> CompareAsync(AnswerPair pair, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Compare(pair.Answer, pair.KeptAnswer));

    /// <summary>Compares two answers.</summary>
    /// <param name="left">One answer.</param>
    /// <param name="right">The other.</param>
    /// <returns>The verdict.</returns>
    public static AnswerComparison Compare(string left, string right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (TextFolding.AreEqual(left, right))
        {
            return AnswerComparison.Same;
        }

        if (Json(left) is { } leftJson && Json(right) is { } rightJson)
        {
            return JsonNode.DeepEquals(leftJson, rightJson) ? AnswerComparison.Same : AnswerComparison.Different;
        }

        QuestionParts one = QuestionParts.Of(left);
        QuestionParts other = QuestionParts.Of(right);
        if (Differ(one.Numbers, other.Numbers) || Differ(one.Identifiers, other.Identifiers) || Differ(one.Literals, other.Literals)
            || Differ(one.Units, other.Units) || Differ(one.Names, other.Names))
        {
            return AnswerComparison.Different;
        }

        bool isSameFacts = one.Numbers.SetEquals(other.Numbers) && one.Identifiers.SetEquals(other.Identifiers) && one.Literals.SetEquals(other.Literals)
            && one.Names.SetEquals(other.Names) && one.Units.SetEquals(other.Units) && one.Negations == other.Negations && !Opposites.Between(one.Words, other.Words);
        return isSameFacts && Weighty(left).SequenceEqual(Weighty(right)) ? AnswerComparison.Same : AnswerComparison.Unknown;
    }

    /// <summary>Tells whether two answers are put alike, so that a fact that differs is what is said and not how it is said: two JSON documents, or prose that shares most of its words, facts left out.</summary>
    internal static bool AreAlike(string left, string right)
    {
        if (Json(left) is not null && Json(right) is not null)
        {
            return true;
        }

        HashSet<uint> one = Put(left);
        HashSet<uint> other = Put(right);
        return one.Count(other.Contains) >= Alike * Math.Max(one.Count, other.Count);
    }

    // What is left of an answer without its facts.
    private static HashSet<uint> Put(string answer) =>
        [.. AnswerReading.Of(answer).Words.Where(word => !word.IsStop && !word.IsNumber && !word.IsName && !word.Text.Any(char.IsDigit)).Select(word => word.Term)];

    // Inflection and the language's commonest words do not count; order does.
    private static IEnumerable<uint> Weighty(string answer) => AnswerReading.Of(answer).Words.Where(word => !word.IsStop).Select(word => word.Term);

    private static bool Differ(HashSet<string> left, HashSet<string> right) => !left.IsSubsetOf(right) && !right.IsSubsetOf(left);

    private static JsonNode? Json(string text)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Text that only begins like JSON.
            return null;
        }
    }
}
