using TokenThrift.Caching.Answers;
using TokenThrift.Caching.Keys;
using TokenThrift.Requests;

namespace TokenThrift.Caching;

/// <summary>Says who may be served an answer: those who got it from the model, and others once enough of these have.</summary>
/// <remarks>
/// So an answer that one user provoked, or that is about that user, does not reach another before the model has given it to a second who
/// asked the same. See <see cref="SemanticCachingOptions.AskersBeforeSharing"/>. Safe for concurrent use.
/// </remarks>
internal sealed class SharingRule(SemanticCachingOptions options, IAnswerComparer comparer, HelperTimeout timeout, FaultLog faults)
{
    // One of whom nothing is known: counted, but never recognised.
    private const string Nobody = "?";

    /// <summary>Gets a value indicating whether there is anything to prove.</summary>
    public bool IsInForce => options.AskersBeforeSharing > 1;

    /// <summary>Returns an answer where the asker may be served it; else notes that it was found, and returns null.</summary>
    /// <param name="call">The request.</param>
    /// <param name="answer">The answer, or null.</param>
    /// <param name="isToTheSame">Whether it is an answer to the same question, so that another can bear it out.</param>
    public CachedAnswer? Pass(CacheCall call, CachedAnswer? answer, bool isToTheSame = true)
    {
        if (answer is null || !IsInForce || answer.Askers.Count >= options.AskersBeforeSharing || (call.Asker is { } asker && answer.Askers.Contains(asker)))
        {
            return answer;
        }

        call.Unproven = isToTheSame ? answer : call.Unproven;
        call.Reason = CacheReasons.Unproven;
        return null;
    }

    /// <summary>Says whom the model has given an answer to, that of this request included.</summary>
    public async ValueTask<IReadOnlyList<string>> AskersAsync(CacheCall call, CachedAnswer answer, CancellationToken cancellationToken)
    {
        if (!IsInForce)
        {
            return [];
        }

        string asker = call.Asker ?? Nobody;
        return call.Unproven is { } earlier && await IsNoOtherAsync(call, answer, earlier, cancellationToken).ConfigureAwait(false)
            ? [.. earlier.Askers.Where(a => a != asker || a == Nobody).TakeLast(options.AskersBeforeSharing - 1), asker]
            : [asker];
    }

    private async ValueTask<bool> IsNoOtherAsync(CacheCall call, CachedAnswer answer, CachedAnswer earlier, CancellationToken cancellationToken)
    {
        if (answer.Text == earlier.Text)
        {
            return true;
        }

        try
        {
            var pair = new AnswerPair(call.Plan.Question, answer.Text, call.Plan.Question, earlier.Text);
            return await timeout.RunAsync(token => comparer.CompareAsync(pair, call.Options, token), cancellationToken).ConfigureAwait(false) != AnswerComparison.Different;
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            faults.Report("compare-askers", e);
            return false;
        }
    }
}
