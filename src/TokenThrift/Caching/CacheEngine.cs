using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Logging;
using TokenThrift.Caching.Answers;
using TokenThrift.Caching.Keys;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Caching;

/// <summary>What plain and streamed requests share: finding an answer, and learning from one that the model gave.</summary>
/// <remarks>A fault of the cache is logged once per window, counted and stepped over; only cancellation passes through. Safe for concurrent use.</remarks>
internal sealed class CacheEngine
{
    private readonly SemanticCachingOptions _options;
    private readonly CachePlanner _planner;
    private readonly AnswerStore _store;
    private readonly SemanticTier _similar;
    private readonly AnswerFinder _finder;
    private readonly SharingRule _sharing;
    private readonly HitServer _hits;
    private readonly SingleFlight _flights = new();
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
        ILogger? logger,
        HelperModels? models = null)
    {
        models ??= new HelperModels(ModelCatalog.Default, wrap: null);
        _options = options;
        _planner = new CachePlanner(options, route);
        _store = new AnswerStore(cache, options, time);
        _quota = new WriteQuota(options.MaxWritesPerTenantPerHour, time);
        _faults = new FaultLog(logger, time, meters);
        _meters = meters;
        _time = time;
        IAnswerComparer comparer = models.Comparer(options.Comparer) ?? AnswerComparer.Default;
        HitVerifier? verifier = options.Verifier is { } asked ? new HitVerifier(models.Wrap(asked), models.Catalog, _faults, meters) : null;
        var timeout = new HelperTimeout(options.HelperTimeout, time);
        _similar = new SemanticTier(options, _store, _planner, new AnswerLabels(comparer, models.Catalog, timeout, _faults), verifier, embedder, index, timeout, _faults, meters, time);
        _sharing = new SharingRule(options, comparer, timeout, _faults);
        var rejections = new Rejections(_store, _planner);
        _finder = new AnswerFinder(_store, _planner, _similar, _sharing, rejections, _faults);
        _hits = new HitServer(_store, _planner, _similar, rejections, _faults, meters, time);
    }

    /// <summary>Gets what takes word that a hit was wrong.</summary>
    public ICacheFeedback Feedback => _hits;

    /// <summary>Plans a request. Never throws for a fault of ours.</summary>
    /// <exception cref="ArgumentException">A setting of the request cannot be read.</exception>
    public CacheCall Begin(RequestContext context, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        string? bypass = CacheBypass.Of(messages, options, _options);
        bool isRefresh = CacheRequestSettings.Refresh.GetOrDefault(options, false);
        double asked = CacheRequestSettings.MaxErrorRate.GetOrDefault(options, _options.MaxErrorRate);
        IReadOnlyCollection<string> tags = CacheTags.Of(options);
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

        return new CacheCall(plan, context, options)
        {
            IsRefresh = isRefresh,
            Tags = tags,
            MaxErrorRate = asked >= 0 ? Math.Min(asked, _options.MaxErrorRate) : 0,
            Asker = plan.Bypass is null && _sharing.IsInForce ? _planner.Asker(context.Identity) : null,
            Reason = plan.Bypass ?? (isRefresh ? CacheReasons.Refresh : CacheReasons.Miss),
        };
    }

    /// <summary>Finds an answer; null when the model must be asked, and then the call may lead a flight.</summary>
    public async ValueTask<ChatResponse?> FindAsync(CacheCall call, CancellationToken cancellationToken)
    {
        if (call.Plan.Bypass is null && call.IsRefresh)
        {
            await _finder.PrepareToLearnAsync(call, cancellationToken).ConfigureAwait(false);
        }
        else if (call.Plan.Bypass is null)
        {
            if (await _finder.ExactAsync(call, localOnly: false, cancellationToken).ConfigureAwait(false) is { } exact)
            {
                return _hits.Serve(call, exact, CacheTier.Exact);
            }

            await _finder.FollowTurnAsync(call, cancellationToken).ConfigureAwait(false);
            await _finder.RecallAsync(call, cancellationToken).ConfigureAwait(false);
            if (await _finder.FoldedAsync(call, cancellationToken).ConfigureAwait(false) is { Answer: { } folded, Key: { } key })
            {
                return await _hits.ServeFoldedAsync(call, folded, key, cancellationToken).ConfigureAwait(false);
            }

            if (await _finder.SimilarAsync(call, cancellationToken).ConfigureAwait(false) is { } similar)
            {
                return await _hits.ServeSimilarAsync(call, similar, cancellationToken).ConfigureAwait(false);
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
            answer.Askers = await _sharing.AskersAsync(call, answer, cancellationToken).ConfigureAwait(false);
            result = new FlightResult(answer, IsOver: true);
            bool isStored = await StoreAsync(call, answer, cancellationToken).ConfigureAwait(false);
            if (fitness == AnswerFitness.Semantic && _planner.FoldedKey(call.Plan) is { } pointer)
            {
                if (isStored && !call.IsFoldingForbidden)
                {
                    await _store.PointAsync(pointer, call.Plan.ExactKey, call.Tags, cancellationToken).ConfigureAwait(false);
                }

                // It is there for those who wait; they have nothing to do with what is learned from it.
                call.Flight?.Land(result);
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

    private async ValueTask<bool> StoreAsync(CacheCall call, CachedAnswer answer, CancellationToken cancellationToken)
    {
        if (!_quota.Take(call.Context.Identity.Tenant ?? string.Empty))
        {
            _meters.NotStored("quota");
            return false;
        }

        if (!await _store.StoreAsync(call.Plan.ExactKey, answer, call.Tags, cancellationToken).ConfigureAwait(false))
        {
            _meters.NotStored("size");
            return false;
        }

        return true;
    }

    private async ValueTask<ChatResponse?> JoinAsync(CacheCall call, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Where an answer must be proven before another gets it, only one's own requests are joined.
            SingleFlight.Flight flight = _flights.Join(_sharing.IsInForce ? call.Plan.ExactKey + call.Asker : call.Plan.ExactKey, out bool leads);
            if (leads)
            {
                call.Flight = flight;
                CachedAnswer? landed = null;
                try
                {
                    // The one before may have landed between our probe and now.
                    landed = await _finder.ExactAsync(call, localOnly: true, cancellationToken).ConfigureAwait(false);
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

                return landed is null ? null : _hits.Serve(call, landed, CacheTier.Exact);
            }

            FlightResult? result = await flight.WaitAsync(_options.CoalescingWait, _time, cancellationToken).ConfigureAwait(false);
            if (result is { Answer: { } answer })
            {
                return _hits.Serve(call, answer, CacheTier.Coalesced);
            }

            if (result is null or { IsOver: true })
            {
                // Too slow, or an answer that is the leader's alone: ask for oneself.
                return null;
            }
        }
    }
}
