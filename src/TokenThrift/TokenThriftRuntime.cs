using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TokenThrift.Budgets;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Tokens;

namespace TokenThrift;

/// <summary>What all pipelines of one container share: ledger, receipt book, catalogue, counters, cache, and the clients of added models.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class TokenThriftRuntime : IDisposable
{
    private static readonly ConditionalWeakTable<IServiceScopeFactory, TokenThriftRuntime> Unregistered = [];

    private readonly IServiceProvider _services;
    private readonly ConcurrentDictionary<object, TokenThriftOptionsSource> _sources = new();
    private readonly ConcurrentDictionary<string, Lazy<IChatClient>> _legs = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<object, TokenThriftPipeline> _pipelines = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _building = new();
    private readonly bool _endsWithLastClient;
    private readonly Lazy<IBudgets> _budgets;
    private readonly Lazy<ReceiptBook> _book;
    private readonly Lazy<ISpendShares> _shares;
    private readonly Lazy<TokenCounters> _counters;
    private readonly Lazy<HybridCache> _cache;
    private readonly Lazy<CompressionStore> _originals;
    private readonly Lazy<PriceAgeWarner> _priceAges;
    private ServiceProvider? _ownCache;
    private CatalogOfOptions? _catalog;
    private int _clients;

    public TokenThriftRuntime(IServiceProvider services)
        : this(services, endsWithLastClient: false)
    {
    }

    private TokenThriftRuntime(IServiceProvider services, bool endsWithLastClient)
    {
        _services = services;
        _endsWithLastClient = endsWithLastClient;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        _budgets = new(() => services.GetService<IBudgets>() ?? MakeBudgets());
        _book = new(() => services.GetService<ReceiptBook>() ?? MakeBook());
        _shares = new(() => services.GetService<ISpendShares>() ?? MakeShares());
        _counters = new(() => services.GetService<TokenCounters>() ?? TokenCounters.Shared);
        _priceAges = new(() => new PriceAgeWarner(Time, services.GetService<ILoggerFactory>()?.CreateLogger<ModelCatalog>()));
        _originals = new(() => services.GetService<CompressionStore>() ?? new CompressionStore(services.GetService<IDistributedCache>(), secret: Settled.Compression.Secret));
        _cache = new(() => services.GetService<HybridCache>() ?? MakeCache());
    }

    public TimeProvider Time { get; }

    /// <summary>Gets what keeps the originals of removed content, for all legs of all pipelines.</summary>
    public CompressionStore Originals => _originals.Value;

    public IBudgets Budgets => _budgets.Value;

    public ReceiptBook Book => _book.Value;

    /// <summary>Gets the live shares of vendors and jurisdictions in the spend: the application's own, or what the receipts of this process add up to.</summary>
    public ISpendShares Shares => _shares.Value;

    public TokenCounters Counters => _counters.Value;

    public HybridCache Cache => _cache.Value;

    public PriceAgeWarner PriceAges => _priceAges.Value;

    /// <summary>Finds the runtime of a container, or makes one for a container that <c>AddTokenThrift</c> has not seen.</summary>
    public static TokenThriftRuntime For(IServiceProvider services)
    {
        if (services.GetService<TokenThriftRuntime>() is { } registered)
        {
            return registered;
        }

        // Every scope of a container gives the same factory, so it stands for the container.
        return services.GetService<IServiceScopeFactory>() is { } container
            ? Unregistered.GetValue(container, _ => new TokenThriftRuntime(services, endsWithLastClient: true))
            : new TokenThriftRuntime(services, endsWithLastClient: true);
    }

    /// <summary>Returns the source of options, one for each way of configuring them.</summary>
    /// <param name="configure">What a builder adds on top of the container's options, or <see langword="null"/>.</param>
    public TokenThriftOptionsSource SourceFor(Action<TokenThriftOptions>? configure) =>
        _sources.GetOrAdd((object?)configure ?? this, _ => new TokenThriftOptionsSource(
            () =>
            {
                TokenThriftOptions options = _services.GetService<IOptionsFactory<TokenThriftOptions>>()?.Create(Options.DefaultName) ?? new TokenThriftOptions();
                configure?.Invoke(options);
                return options;
            },
            All<IOptionsChangeTokenSource<TokenThriftOptions>>(),
            _services.GetService<ILogger<TokenThriftOptions>>()));

    /// <summary>Returns the catalogue with the application's own entries.</summary>
    public ModelCatalog CatalogFor(TokenThriftOptions options)
    {
        if (_catalog is { } made && ReferenceEquals(made.Options, options))
        {
            return made.Catalog;
        }

        ModelCatalog catalog = options.Models.Count == 0 ? ModelCatalog.Default : ModelCatalog.Default.With(options.Models.Select(model => model.ApplyTo(ModelCatalog.Default)));
        _catalog = new CatalogOfOptions(options, catalog);
        return catalog;
    }

    /// <summary>Returns the pipeline of a registration, built anew when the options have changed.</summary>
    /// <param name="registration">Stands for the place where the client was registered.</param>
    /// <param name="original">The client, for the first pipeline of the registration.</param>
    /// <param name="options">The options in force.</param>
    public TokenThriftPipeline PipelineFor(object registration, IChatClient? original, TokenThriftOptions options)
    {
        if (_pipelines.TryGetValue(registration, out TokenThriftPipeline? built) && ReferenceEquals(built.Options, options))
        {
            return built;
        }

        lock (_building)
        {
            if (!_pipelines.TryGetValue(registration, out built) || !ReferenceEquals(built.Options, options))
            {
                // The one before is left to the requests that still run in it; it owns nothing that must be closed.
                _pipelines[registration] = built = TokenThriftPipeline.Build(original, _services, this, options);
            }

            return built;
        }
    }

    /// <summary>Returns the client of an added model, made once.</summary>
    public IChatClient LegClient(ModelRegistration registration) => _legs.GetOrAdd(
        registration.ModelId,
        _ => new Lazy<IChatClient>(() => registration.MakeClient(_services)
            ?? throw new InvalidOperationException($"The client of the added model '{registration.ModelId}' is null."))).Value;

    /// <summary>Finds a part that applications may want.</summary>
    public object? Find(Type serviceType, TokenThriftOptions options) =>
        serviceType == typeof(IBudgets) ? Budgets
        : serviceType == typeof(ReceiptBook) ? Book
        : serviceType == typeof(ISpendShares) ? Shares
        : serviceType == typeof(ModelCatalog) ? CatalogFor(options)
        : serviceType == typeof(TokenCounters) ? Counters
        : null;

    /// <summary>Counts a client that uses the runtime.</summary>
    public void Acquire() => Interlocked.Increment(ref _clients);

    /// <summary>Counts a client that no longer does; without a container to do it, the last one ends what was made.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _clients) == 0 && _endsWithLastClient)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        foreach (TokenThriftOptionsSource source in _sources.Values)
        {
            source.Dispose();
        }

        _sources.Clear();
        foreach (string id in _legs.Keys)
        {
            if (_legs.TryRemove(id, out Lazy<IChatClient>? leg) && leg.IsValueCreated)
            {
                leg.Value.Dispose();
            }
        }

        Interlocked.Exchange(ref _ownCache, null)?.Dispose();
    }

    /// <summary>Makes the budgets from the container's settings and ledger.</summary>
    internal IBudgets MakeBudgets()
    {
        IBudgetLedger? ledger = _services.GetService<IBudgetLedger>()
            ?? (_services.GetService<IBudgetStore>() is { } store ? new BudgetLedger(store, Time) : null);
        return new BudgetService(Settled.Budgets, ledger, Time, _services.GetService<ILogger<BudgetService>>(), _services.GetService<IMeterFactory>());
    }

    /// <summary>Makes what counts the shares of vendors and jurisdictions, by the receipts that the book takes.</summary>
    internal ISpendShares MakeShares() => new SpendShares(Settled.Policy.Shares.Window, Time);

    /// <summary>Makes the receipt book from the container's settings and sinks.</summary>
    internal ReceiptBook MakeBook() => new(
        Settled.Receipts,
        Shares is SpendShares counted ? [.. All<IReceiptSink>().Where(sink => sink != counted), counted] : All<IReceiptSink>(),
        _services.GetService<ThriftMeters>() ?? new ThriftMeters(_services.GetService<IMeterFactory>()),
        Time,
        _services.GetService<ILogger<ReceiptBook>>());

    // Singletons are made from the container's own options; where only a builder configures, from that builder's.
    private TokenThriftOptions Settled => _sources.Count == 1 ? _sources.Values.First().Current : SourceFor(null).Current;

    // A builder used without a container gives a provider that does not know even an empty sequence.
    private IEnumerable<T> All<T>() => _services.GetService<IEnumerable<T>>() ?? [];

    private HybridCache MakeCache()
    {
        var services = new ServiceCollection();
        if (_services.GetService<IDistributedCache>() is { } distributed)
        {
            services.AddSingleton(distributed);
        }

        if (_services.GetService<ILoggerFactory>() is { } loggers)
        {
            services.AddSingleton(loggers);
            services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        }

        services.AddSingleton(Time);
        services.AddHybridCache();
        _ownCache = services.BuildServiceProvider();
        return _ownCache.GetRequiredService<HybridCache>();
    }

    private sealed record CatalogOfOptions(TokenThriftOptions Options, ModelCatalog Catalog);
}
