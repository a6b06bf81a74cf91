using TokenThrift.Caching.Answers;
using TokenThrift.Caching.Keys;

namespace TokenThrift.Caching;

/// <summary>Remembers which answers were reported as wrong for which questions, in the store where the answers are, for good. Safe for concurrent use.</summary>
/// <remarks>
/// One entry for each pair, under a keyed hash of what must be equal, the question after folding and the answer, so that nothing can be read
/// from it. Where the store is shared, every process heeds it, and so does this one after a restart.
/// </remarks>
internal sealed class Rejections(AnswerStore store, CachePlanner planner)
{
    /// <summary>Tells whether an answer was reported as wrong for a question.</summary>
    /// <param name="partition">What must be equal.</param>
    /// <param name="question">The question.</param>
    /// <param name="answer">The answer's text.</param>
    /// <param name="group">The group that the answer belongs to, where that is known.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async ValueTask<bool> HasAsync(string partition, TextMark question, TextMark answer, string? group, CancellationToken cancellationToken)
    {
        string own = answer.Id;
        string asked = question.Id;
        return await IsNotedAsync(own).ConfigureAwait(false) || (group is not null && group != own && await IsNotedAsync(group).ConfigureAwait(false));

        async ValueTask<bool> IsNotedAsync(string mark) =>
            await store.ReadPointerAsync(planner.RejectionKey(partition, asked, mark), cancellationToken).ConfigureAwait(false) == AnswerStore.Forbidden;
    }

    /// <summary>Notes that an answer, and with it all that were found to say the same, is wrong for a question.</summary>
    /// <param name="partition">What must be equal.</param>
    /// <param name="question">The question.</param>
    /// <param name="answer">The answer, where it is known.</param>
    /// <param name="group">The group that the answer belongs to, where that is known.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async ValueTask AddAsync(string partition, TextMark question, TextMark? answer, string? group, CancellationToken cancellationToken)
    {
        string asked = question.Id;
        foreach (string mark in new[] { answer?.Id, group }.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            await store.ForbidAsync(planner.RejectionKey(partition, asked, mark), cancellationToken).ConfigureAwait(false);
        }
    }
}
