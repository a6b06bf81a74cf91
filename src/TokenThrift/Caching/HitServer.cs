using Microsoft.Extensions.AI;
using TokenThrift.Caching.Answers;
using TokenThrift.Caching.Keys;
using TokenThrift.Receipts;

namespace TokenThrift.Caching;

/// <summary>Hands out answers of the cache with what is to be said of them, and takes word that one was wrong. Safe for concurrent use.</summary>
internal sealed class HitServer(AnswerStore store, CachePlanner planner, SemanticTier similar, Rejections rejections, FaultLog faults, CacheMeters meters, TimeProvider time) : ICacheFeedback
{
    private readonly RecentHits _recent = new(store);

    /// <summary>Serves the answer to an identical request.</summary>
    public ChatResponse Serve(CacheCall call, CachedAnswer answer, CacheTier tier) =>
        Serve(call, answer, tier, tier == CacheTier.Coalesced ? CacheReasons.Coalesced : CacheReasons.Hit, 1, 0, new RecentHit(tier, answer.EntryId, call.Plan.ExactKey, call.Plan.Partition, new TextMark(call.Plan.Question), new TextMark(answer.Text)));

    /// <summary>Serves the answer to text that is equal after folding.</summary>
    public async ValueTask<ChatResponse> ServeFoldedAsync(CacheCall call, CachedAnswer answer, string key, CancellationToken cancellationToken)
    {
        string? turn = await GoOnFromAsync(call, answer, key, cancellationToken).ConfigureAwait(false);
        var hit = new RecentHit(CacheTier.Semantic, answer.EntryId, planner.FoldedKey(call.Plan)!, call.Plan.Partition, new TextMark(call.Plan.Question), new TextMark(answer.Text))
        {
            EntryKey = key,
            IsFolded = true,
            FoldedEvidence = call.Plan.Evidence,
            Turn = turn,
        };
        return Serve(call, answer, CacheTier.Semantic, CacheReasons.Folded, 1, 0, hit);
    }

    /// <summary>Serves the answer that the policy chose.</summary>
    public async ValueTask<ChatResponse> ServeSimilarAsync(CacheCall call, CachedAnswer answer, CancellationToken cancellationToken)
    {
        HitDecision decision = call.Lookup!.Decision;
        SemanticMatch match = decision.Candidate!.Match;
        match.Entry.MarkUsed();
        await similar.ServedAsync(call, answer, cancellationToken).ConfigureAwait(false);
        string? turn = await GoOnFromAsync(call, answer, match.Entry.Id, cancellationToken).ConfigureAwait(false);

        // Without the neighbours, which may be gone from the index long before the hit is.
        SemanticLookup lookup = call.Lookup with { Matches = [], Vector = default };
        var hit = new RecentHit(CacheTier.Semantic, answer.EntryId, match.Entry.Id, call.Plan.Partition, new TextMark(call.Plan.Question), new TextMark(answer.Text))
        {
            Group = match.Entry.AnswerGroup,
            Lookup = lookup,
            Turn = turn,
        };
        return Serve(call, answer, CacheTier.Semantic, decision.Action == HitAction.Verify ? CacheReasons.Verified : CacheReasons.Similar, match.Similarity, decision.EstimatedError, hit);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ReportWrongAsync(string hitId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(hitId);
        if (_recent.Find(hitId) is not { IsDone: false } hit)
        {
            return false;
        }

        if (hit.TryLearn())
        {
            await LearnAsync(hit, cancellationToken).ConfigureAwait(false);
            meters.ReportedWrong(hit.Tier);
        }

        try
        {
            await TakeBackAsync(hit, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            faults.Report("feedback", e);
            return false;
        }

        hit.Finish();
        return true;
    }

    private ValueTask LearnAsync(RecentHit hit, CancellationToken cancellationToken) =>
        hit.Lookup is { } lookup ? similar.LearnWrongAsync(lookup, cancellationToken)
        : hit.FoldedEvidence is { } evidence ? similar.LearnWrongFoldingAsync(evidence, cancellationToken)
        : default;

    private async ValueTask TakeBackAsync(RecentHit hit, CancellationToken cancellationToken)
    {
        // The entry may be right for its own question: where that is another one, the pair is what goes.
        if (hit.Partition is { } partition)
        {
            TextMark? answer = hit.Answer
                ?? (await store.FindAsync(hit.EntryKey, localOnly: false, cancellationToken).ConfigureAwait(false) is { } kept ? new TextMark(kept.Text) : null);
            await rejections.AddAsync(partition.ToString(), hit.Question, answer, hit.Group, cancellationToken).ConfigureAwait(false);
        }

        if (hit.IsFolded)
        {
            await store.ForbidAsync(hit.Key, cancellationToken).ConfigureAwait(false);
        }
        else if (hit.Tier != CacheTier.Semantic)
        {
            await store.RemoveAsync(hit.Key, cancellationToken).ConfigureAwait(false);
        }

        if (hit.Turn is { } turn)
        {
            await store.RemoveAsync(turn, cancellationToken).ConfigureAwait(false);
        }
    }

    // What follows this request may share with what follows the one whose answer it was served. Returns the key under which that is noted.
    private async ValueTask<string?> GoOnFromAsync(CacheCall call, CachedAnswer answer, string key, CancellationToken cancellationToken)
    {
        if (planner.Turn(call.Plan.ExactKey, answer.Text) is not { } own || planner.Turn(key, answer.Text) is not { } original || own == original)
        {
            return null;
        }

        try
        {
            await store.PointAsync(own, original, call.Tags, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            faults.Report("turn", e);
        }

        return own;
    }

    private ChatResponse Serve(CacheCall call, CachedAnswer answer, CacheTier tier, string reason, double similarity, double estimatedError, RecentHit hit)
    {
        TimeSpan age = time.GetUtcNow() - answer.CreatedAt;
        call.Recorder.Set(new CacheRecord
        {
            Tier = tier,
            Reason = reason,
            Similarity = similarity,
            EstimatedError = estimatedError,
            Age = age,
            EntryId = answer.EntryId,
            SavedUsage = answer.Usage,
            ModelId = answer.ModelId,
        });
        meters.Outcome(tier, reason);
        ChatResponse response = answer.ToResponse();
        response.AdditionalProperties = new AdditionalPropertiesDictionary
        {
            [CacheHit.PropertyName] = new CacheHit
            {
                Tier = tier,
                HitId = _recent.Add(hit),
                EntryId = answer.EntryId,
                Similarity = similarity,
                EstimatedError = estimatedError,
                Age = age,
                SavedUsage = answer.Usage,
            },
        };
        return response;
    }
}
