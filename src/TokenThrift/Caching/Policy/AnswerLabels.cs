using Microsoft.Extensions.AI;
using TokenThrift.Caching.Answers;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Caching;

/// <summary>Says how the model's answer compares to the one that might have been served: by reading, by the application's comparer, or by a judge where that is worth it. Safe for concurrent use if the comparer is.</summary>
/// <param name="comparer">The comparer in force.</param>
/// <param name="catalog">The prices.</param>
/// <param name="timeout">How long the comparer is waited for.</param>
/// <param name="faults">Where faults go.</param>
internal sealed class AnswerLabels(IAnswerComparer comparer, ModelCatalog catalog, HelperTimeout timeout, FaultLog faults)
{
    /// <summary>An answer that is longer is compared by its wording as a whole only, so that the index stays small.</summary>
    public const int LongestAnswer = 16_384;

    // With how many other answers of the neighbourhood a new one is compared before it counts as one of its own.
    private const int MostComparisons = 4;

    private readonly ChatClientAnswerComparer? _judge = comparer as ChatClientAnswerComparer;
    private readonly JudgeEconomy _economy = new();

    /// <summary>Gets a value indicating whether answers are read here before anybody else is asked.</summary>
    public bool AreRead { get; } = comparer is AnswerComparer or ChatClientAnswerComparer;

    /// <summary>Gets a value indicating whether reading is all there is, so that what it found the same is the same for good.</summary>
    public bool AreOnlyRead { get; } = comparer is AnswerComparer;

    /// <summary>Says whether a candidate becomes a label. One that does not teaches nothing, whatever reading would say, so that those that do stay a fair sample.</summary>
    /// <param name="decision">What was decided about it.</param>
    /// <param name="random">The source of the draw, or null for the system's.</param>
    public bool IsDrawn(HitDecision decision, Random? random) => _judge is null || decision.IsAudit || UniformDraw.From(random) < _economy.Probability(decision.EstimatedError);

    /// <summary>Notes that so many candidates were labelled before a restart, or by another process: a judge has given its first lessons.</summary>
    public void Recall(int labels) => _economy.Recall(labels);

    /// <summary>Notes that an answer is served on likeness.</summary>
    public void Served(CachedAnswer answer)
    {
        if (_judge is not null)
        {
            _economy.Served(UsageCost.Of(answer.Usage, answer.ModelId, catalog));
        }
    }

    /// <summary>Notes that the model answered.</summary>
    public void Answered(CachedAnswer answer)
    {
        if (_judge is not null)
        {
            _economy.Answered(UsageCost.Of(answer.Usage, answer.ModelId, catalog));
        }
    }

    /// <summary>Compares the model's answer with the candidate's.</summary>
    /// <param name="lookup">What was found.</param>
    /// <param name="answer">The model's answer.</param>
    /// <param name="candidate">The entry whose answer might have been served.</param>
    /// <param name="evidence">What the partition has taught.</param>
    /// <param name="isAsked">Whether a judge may be asked.</param>
    /// <param name="options">The options of the request.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async ValueTask<AnswerComparison> CompareAsync(
        SemanticLookup lookup, CachedAnswer answer, SemanticEntry candidate, PartitionEvidence evidence, bool isAsked, ChatOptions? options, CancellationToken cancellationToken)
    {
        string own = AnswerGroup.IdOf(answer.Text);
        if (AreOnlyRead && (candidate.AnswerGroup == own || evidence.AreOne(candidate.AnswerGroup, own)))
        {
            return AnswerComparison.Same;
        }

        if (candidate.Answer.Length == 0 || answer.Text.Length > LongestAnswer)
        {
            return AnswerComparison.Unknown;
        }

        try
        {
            AnswerComparison read = AreRead ? evidence.Answers.Compare(answer.Text, candidate.Answer) : AnswerComparison.Unknown;
            if (read != AnswerComparison.Unknown || AreOnlyRead || !isAsked)
            {
                return read;
            }

            var pair = new AnswerPair(lookup.Question, answer.Text, candidate.Question, candidate.Answer);
            return await timeout.RunAsync(token => _judge is null ? comparer.CompareAsync(pair, options, token) : JudgeAsync(pair, options, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            faults.Report("compare", e);
            return AnswerComparison.Unknown;
        }
    }

    /// <summary>Finds the group of an answer that is not the candidate's: that of another neighbour that says the same, or its own.</summary>
    public static string GroupOf(SemanticLookup lookup, CachedAnswer answer, PartitionEvidence evidence)
    {
        string own = AnswerGroup.IdOf(answer.Text);
        if (lookup.Matches.Any(match => match.Entry.AnswerGroup == own))
        {
            return own;
        }

        var tried = new HashSet<string>(StringComparer.Ordinal) { lookup.Decision.Candidate!.Match.Entry.AnswerGroup };
        foreach (SemanticMatch match in lookup.Matches)
        {
            if (tried.Count <= MostComparisons && tried.Add(match.Entry.AnswerGroup)
                && evidence.Answers.Compare(answer.Text, match.Entry.Answer) == AnswerComparison.Same)
            {
                return match.Entry.AnswerGroup;
            }
        }

        return own;
    }

    private async ValueTask<AnswerComparison> JudgeAsync(AnswerPair pair, ChatOptions? options, CancellationToken cancellationToken)
    {
        (AnswerComparison verdict, JudgeReply? reply) = await _judge!.AskAsync(pair, options, cancellationToken).ConfigureAwait(false);
        if (reply is { } said)
        {
            _economy.Asked(UsageCost.Of(TokenUsage.From(said.Usage), said.ModelId, catalog));
        }

        return verdict;
    }
}
