using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using TokenThrift.Text;

namespace TokenThrift.Caching;

/// <summary>Compares answers without asking a model: by wording, by structure, by the facts that they name.</summary>
/// <remarks>
/// Answers that are equal after folding are the same; two JSON documents are compared value by value; texts that say nearly the same
/// words, with no number, name, address, unit or denial apart, are the same; texts that name different facts are different. Of all else
/// it says that it cannot tell: two wordings of one answer, mostly. Safe for concurrent use.
/// </remarks>
public sealed class AnswerComparer : IAnswerComparer
{
    // Nearly the same words: at most one in twenty is in one text only.
    private const double SameWords = 0.95;

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
        return isSameFacts && Overlap(one.Words, other.Words) >= SameWords ? AnswerComparison.Same : AnswerComparison.Unknown;
    }

    private static bool Differ(HashSet<string> left, HashSet<string> right) => !left.IsSubsetOf(right) && !right.IsSubsetOf(left);

    private static double Overlap(HashSet<string> left, HashSet<string> right)
    {
        int common = left.Count(right.Contains);
        int union = left.Count + right.Count - common;
        return union == 0 ? 1 : (double)common / union;
    }

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
