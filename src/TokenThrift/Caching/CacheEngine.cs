using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Logging;
using TokenThrift.Caching.Answers;
using TokenThrift.Caching.Keys;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Caching;

/// <summary>What plain and streamed requests share: finding an answer, and learning from one that the model gave.</summary>
/// <remarks>A fault of the cache is logged once per window, counted and stepped over; only cancellation passes through. Safe for concurrent use.</remarks>
internal sealed class CacheEngine : ICacheFeedback
{
    private readonly SemanticCachingOptions _options;
    private readonly CachePlanner _planner;
    private readonly AnswerStore _store;
    private readonly SemanticTier _similar;
    private readonly SingleFlight _flights = new();
    private readonly RecentHits _recent = new();
    private readonly WriteQuota _quota;
    private readonly FaultLog _faults;
    private readonly CacheMeters _meters;
    private readonly TimeProvider _time;

    public CacheEngine(
        HybridCache cache,
        SemanticCachingOptions options,
        string? route,
        IEmbeddingGenerator<string, Embedding<float>>? embedder,
        ISemanticIndex? index,
        CacheMeters meters,
        TimeProvider time,
        ILogger? logger)
    {
        _options = options;
        _planner = new CachePlanner(options, route);
        _store = new AnswerStore(cache, options, time);
        _quota = new WriteQuota(options.MaxWritesPerTenantPerHour, time);
        _faults = new FaultLog(logger, time);
        _meters = meters;
        _time = time;
        _similar = new SemanticTier(options, embedder, index, _faults, meters, time);
    }

    /// <summary>Plans a request. Never throws for a fault of ours.</summary>
    /// <exception cref="ArgumentException">A setting of the request cannot be read.</exception>
    public CacheCall Begin(RequestContext context, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        string? bypass = CacheBypass.Of(messages, options, _options);
        bool isRefresh = CacheRequestSettings.Refresh.GetOrDefault(options, false);
        CachePlan plan;
        try
        {
            plan = bypass is null ? _planner.Plan(messages, options, context.Identity) : new CachePlan(bypass);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _faults.Report("plan", e);
            plan = new CachePlan(CacheReasons.Fault);
        }

        var call = new CacheCall(plan, context, options);
        if (isRefresh && plan.Bypass is null)
        {
            call.Reason = CacheReasons.Refresh;
        }

        return call;
    }

    /// <summary>Finds an answer; null when the model must be asked, and then the call may lead a flight.</summary>
    public async ValueTask<ChatResponse?> FindAsync(CacheCall call, CancellationToken cancellationToken)
    {
        if (call.Plan.Bypass is null && call.Reason != CacheReasons.Refresh)
        {
            if (await ProbeAsync(call, localOnly: false, cancellationToken).ConfigureAwait(false) is { } exact)
            {
                return Serve(call, exact, CacheTier.Exact);
            }

            if (await ProbeFoldedAsync(call, cancellationToken).ConfigureAwait(false) is { } folded)
            {
                return Serve(call, folded, CacheTier.Semantic);
            }

            if (await FindSimilarAsync(call, cancellationToken).ConfigureAwait(false) is { } similar)
            {
                return ServeSimilar(call, similar);
            }

            if (_options.CoalescingWait > TimeSpan.Zero && await JoinAsync(call, cancellationToken).ConfigureAwait(false) is { } joined)
            {
                return joined;
            }
        }

        _meters.Outcome(CacheTier.None, call.Reason);
        call.Recorder.Set(new CacheRecord { Tier = CacheTier.None, Reason = call.Reason });
        return null;
    }

    /// <summary>Keeps what the model answered, where it may be kept, and hands it to those who wait for it.</summary>
    public async ValueTask CompleteAsync(CacheCall call, ChatResponse response, bool streamed, CancellationToken cancellationToken)
    {
        FlightResult result = FlightResult.Private;
        try
        {
            if (call.Plan.Bypass is not null)
            {
                return;
            }

            AnswerFitness fitness = AnswerAdmission.Of(response, streamed, _options.CacheableTools);
            if (fitness == AnswerFitness.None)
            {
                _meters.NotStored("unfit");
                return;
            }

            var answer = new CachedAnswer(AnswerPayload.Distil(response), EntryIds.Next(), _time.GetUtcNow(), TokenUsage.From(response.Usage));
            result = new FlightResult(answer, IsOver: true);
            bool isStored = false;
            if (!_quota.Take(call.Context.Identity.Tenant ?? string.Empty))
            {
                _meters.NotStored("quota");
            }
            else if (!await _store.StoreAsync(call.Plan.ExactKey, answer, CacheTags.Of(call.Options), cancellationToken).ConfigureAwait(false))
            {
                _meters.NotStored("size");
            }
            else
            {
                isStored = true;
            }

            if (fitness == AnswerFitness.Semantic && _planner.FoldedKey(call.Plan) is { } pointer)
            {
                if (isStored)
                {
                    await _store.PointAsync(pointer, call.Plan.ExactKey, CacheTags.Of(call.Options), cancellationToken).ConfigureAwait(false);
                }

                await _similar.LearnAsync(call, answer, isStored, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The answer is there and will be returned; that it was not kept is our trouble alone, cancelled or not.
            if (!cancellationToken.IsCancellationRequested)
            {
                _faults.Report("store", e);
            }
        }
        finally
        {
            call.Flight?.Land(result);
        }
    }

    /// <summary>Says that the model gave no answer: it threw, was cancelled, refused or not read to the end.</summary>
    public static void Fail(CacheCall call) => call.Flight?.Land(FlightResult.Failed);

    /// <inheritdoc/>
    public async ValueTask<bool> ReportWrongAsync(string hitId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(hitId);
        if (_recent.Find(hitId) is not { } hit)
        {
            return false;
        }

        if (hit.Lookup is { } lookup)
        {
            // The entry may be right for its own question: the pair is what goes.
            _similar.LearnWrong(lookup);
        }
        else
        {
            await _store.RemoveAsync(hit.Key, cancellationToken).ConfigureAwait(false);
        }

        _meters.ReportedWrong(hit.Tier);
        return true;
    }

    private async ValueTask<ChatResponse?> JoinAsync(CacheCall call, CancellationToken cancellationToken)
    {
        while (true)
        {
            SingleFlight.Flight flight = _flights.Join(call.Plan.ExactKey, out bool leads);
            if (leads)
            {
                call.Flight = flight;
                CachedAnswer? landed = null;
                try
                {
                    // The one before may have landed between our probe and now.
                    landed = await ProbeAsync(call, localOnly: true, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    if (landed is not null)
                    {
                        flight.Land(new FlightResult(landed, IsOver: true));
                    }
                    else if (cancellationToken.IsCancellationRequested)
                    {
                        flight.Land(FlightResult.Failed);
                    }
                }

                return landed is null ? null : Serve(call, landed, CacheTier.Exact);
            }

            FlightResult? result = await flight.WaitAsync(_options.CoalescingWait, _time, cancellationToken).ConfigureAwait(false);
            if (result is { Answer: { } answer })
            {
                return Serve(call, answer, CacheTier.Coalesced);
            }

            if (result is null or { IsOver: true })
            {
                // Too slow, or an answer that is the leader's alone: ask for oneself.
                return null;
            }
        }
    }

    private async ValueTask<CachedAnswer?> ProbeAsync(CacheCall call, bool localOnly, CancellationToken cancellationToken)
    {
        try
        {
            return await _store.FindAsync(call.Plan.ExactKey, localOnly, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            _faults.Report("probe", e);
            return null;
        }
    }

    // Text that is equal after folding is served before anything has been learned.
    private async ValueTask<CachedAnswer?> ProbeFoldedAsync(CacheCall call, CancellationToken cancellationToken)
    {
        try
        {
            return call.Plan.Partition is not null && _similar.IsFoldingTrusted(call.Plan) && _planner.FoldedKey(call.Plan) is { } pointer ? await _store.FollowAsync(pointer, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            _faults.Report("probe-folded", e);
            return null;
        }
    }

    private async ValueTask<CachedAnswer?> FindSimilarAsync(CacheCall call, CancellationToken cancellationToken)
    {
        if (call.Plan.Partition is null)
        {
            return null;
        }

        await _similar.LookAsync(call, cancellationToken).ConfigureAwait(false);
        if (call.Lookup is not { Decision: { Candidate: { } candidate } decision } lookup)
        {
            return null;
        }

        if (decision.Action != HitAction.Serve)
        {
            call.Reason = decision.Action == HitAction.Audit ? CacheReasons.Audit : decision.Reason ?? CacheReasons.Unsure;
            return null;
        }

        CachedAnswer? answer = null;
        try
        {
            answer = await _store.FindAsync(candidate.Match.Entry.Id, localOnly: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            _faults.Report("probe-similar", e);
        }

        if (answer is null)
        {
            await _similar.ForgetAsync(lookup, cancellationToken).ConfigureAwait(false);

            // It was not drawn for a check, so it is no sample of those that are.
            call.Lookup = lookup with { Decision = decision with { Candidate = null, Action = HitAction.Ask } };
        }

        return answer;
    }

    private ChatResponse ServeSimilar(CacheCall call, CachedAnswer answer)
    {
        HitDecision decision = call.Lookup!.Decision;
        SemanticMatch match = decision.Candidate!.Match;
        match.Entry.MarkUsed();
        return Serve(call, answer, CacheTier.Semantic, CacheReasons.Similar, match.Similarity, decision.EstimatedError, match.Entry.Id);
    }

    private ChatResponse Serve(CacheCall call, CachedAnswer answer, CacheTier tier)
    {
        string reason = tier switch
        {
            CacheTier.Coalesced => CacheReasons.Coalesced,
            CacheTier.Semantic => CacheReasons.Folded,
            _ => CacheReasons.Hit,
        };
        return Serve(call, answer, tier, reason, 1, 0, (tier == CacheTier.Semantic ? _planner.FoldedKey(call.Plan) : null) ?? call.Plan.ExactKey);
    }

    private ChatResponse Serve(CacheCall call, CachedAnswer answer, CacheTier tier, string reason, double similarity, double estimatedError, string key)
    {
        TimeSpan age = _time.GetUtcNow() - answer.CreatedAt;
        string hitId = _recent.Add(new RecentHit(tier, answer.EntryId, key, reason == CacheReasons.Similar ? call.Lookup : null));
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
        _meters.Outcome(tier, reason);
        ChatResponse response = answer.ToResponse();
        response.AdditionalProperties = new AdditionalPropertiesDictionary
        {
            [CacheHit.PropertyName] = new CacheHit
            {
                Tier = tier,
                HitId = hitId,
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
