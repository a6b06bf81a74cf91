using TokenThrift.Caching.Answers;
using TokenThrift.Caching.Keys;

namespace TokenThrift.Caching;

/// <summary>Looks for an answer in one place after the other. What fails is logged and stepped over; only cancellation passes through. Safe for concurrent use.</summary>
internal sealed class AnswerFinder(AnswerStore store, CachePlanner planner, SemanticTier similar, SharingRule sharing, Rejections rejections, FaultLog faults)
{
    /// <summary>Finds the answer to an identical request.</summary>
    public async ValueTask<CachedAnswer?> ExactAsync(CacheCall call, bool localOnly, CancellationToken cancellationToken)
    {
        try
        {
            return sharing.Pass(call, await store.FindAsync(call.Plan.ExactKey, localOnly, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            faults.Report("probe", e);
            return null;
        }
    }

    /// <summary>Finds which turn comes before the question, where that decides with whom it may share.</summary>
    public async ValueTask FollowTurnAsync(CacheCall call, CancellationToken cancellationToken)
    {
        if (call.Plan.Turn is not { } turn)
        {
            return;
        }

        string? original = null;
        try
        {
            original = await store.ReadPointerAsync(turn, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            faults.Report("probe-turn", e);
        }

        call.Plan = planner.After(call.Plan, original ?? turn);
    }

    /// <summary>Takes in what was learnt before a restart, or by another process.</summary>
    public ValueTask RecallAsync(CacheCall call, CancellationToken cancellationToken) =>
        call.Plan.Partition is null ? default : similar.RecallAsync(call.Plan, cancellationToken);

    /// <summary>Finds the answer to text that is equal after folding, which is served before anything has been learned.</summary>
    public async ValueTask<(CachedAnswer? Answer, string? Key)> FoldedAsync(CacheCall call, CancellationToken cancellationToken)
    {
        try
        {
            if (call.Plan.Partition is null || planner.FoldedKey(call.Plan) is not { } pointer)
            {
                return default;
            }

            string? key = await store.ReadPointerAsync(pointer, cancellationToken).ConfigureAwait(false);
            call.IsFoldingForbidden = key == AnswerStore.Forbidden;
            if (key is null || call.IsFoldingForbidden || call.IsStrict || !similar.IsFoldingTrusted(call.Plan)
                || sharing.Pass(call, await store.FindAsync(key, localOnly: false, cancellationToken).ConfigureAwait(false)) is not { } answer)
            {
                return default;
            }

            if (await rejections.HasAsync(call.Plan.Partition.ToString()!, new TextMark(call.Plan.Question), new TextMark(answer.Text), group: null, cancellationToken).ConfigureAwait(false))
            {
                call.Reason = CacheReasons.ReportedWrong;
                return default;
            }

            return (answer, key);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            faults.Report("probe-folded", e);
            return default;
        }
    }

    /// <summary>Finds the answer to a similar question, where the policy serves it.</summary>
    public async ValueTask<CachedAnswer?> SimilarAsync(CacheCall call, CancellationToken cancellationToken)
    {
        if (call.Plan.Partition is null)
        {
            return null;
        }

        await similar.LookAsync(call, cancellationToken).ConfigureAwait(false);
        if (call.Lookup is not { Decision: { Candidate: { } candidate } decision } lookup)
        {
            return null;
        }

        if (call.IsStrict)
        {
            DropCandidate(call);
            return null;
        }

        if (decision.Action is HitAction.Ask or HitAction.Audit)
        {
            call.Reason = call.Unproven is not null || call.Reason == CacheReasons.ReportedWrong ? call.Reason : decision.Action == HitAction.Audit ? CacheReasons.Audit : decision.Reason ?? CacheReasons.Unsure;
            return null;
        }

        CachedAnswer? answer = null;
        bool isGone = false;
        try
        {
            CachedAnswer? found = await store.FindAsync(candidate.Match.Entry.Id, localOnly: false, cancellationToken).ConfigureAwait(false);
            isGone = found is null;
            if (found is not null
                && await rejections.HasAsync(lookup.Partition, new TextMark(lookup.Question), new TextMark(found.Text), candidate.Match.Entry.AnswerGroup, cancellationToken).ConfigureAwait(false))
            {
                // Reported to another process, or before this one began.
                similar.Forbid(lookup);
                call.Reason = CacheReasons.ReportedWrong;
            }
            else
            {
                answer = sharing.Pass(call, found, isToTheSame: false);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            faults.Report("probe-similar", e);
        }

        if (isGone)
        {
            await similar.ForgetAsync(lookup, cancellationToken).ConfigureAwait(false);
        }

        if (answer is null)
        {
            DropCandidate(call);
        }

        return answer is not null && decision.Action == HitAction.Verify && !await similar.VerifyAsync(call, lookup, answer, cancellationToken).ConfigureAwait(false) ? null : answer;
    }

    /// <summary>Looks at what there is for a request that is to be asked afresh whatever is found, so that its answer can be learned from.</summary>
    public async ValueTask PrepareToLearnAsync(CacheCall call, CancellationToken cancellationToken)
    {
        await FollowTurnAsync(call, cancellationToken).ConfigureAwait(false);
        await RecallAsync(call, cancellationToken).ConfigureAwait(false);
        await FoldedAsync(call, cancellationToken).ConfigureAwait(false);
        if (call.Plan.Partition is not null)
        {
            await similar.LookAsync(call, cancellationToken).ConfigureAwait(false);
            DropCandidate(call);
        }

        call.Reason = CacheReasons.Refresh;
    }

    // It was not drawn for a check, so it is no sample of those that are.
    private void DropCandidate(CacheCall call)
    {
        if (call.Lookup is { } lookup)
        {
            similar.TakeBack(lookup);
            call.Lookup = lookup with { Decision = lookup.Decision with { Candidate = null, Action = HitAction.Ask } };
        }
    }
}
