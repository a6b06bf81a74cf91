using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Receipts;

public sealed class TelemetryTests
{
    private static readonly string[] Instruments =
    [
        "tokenthrift.requests", "tokenthrift.request.duration", "tokenthrift.calls", "tokenthrift.call.duration", "tokenthrift.tokens",
        "tokenthrift.calls.unmeasured", "tokenthrift.requests.unpriced", "tokenthrift.spent", "tokenthrift.baseline", "tokenthrift.saved",
        "tokenthrift.compression.removed", "tokenthrift.estimate.ratio", "tokenthrift.cache.estimated_error",
    ];

    [Fact]
    public void Every_instrument_is_fed_with_its_unit_and_figures()
    {
        var seen = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        var units = new ConcurrentDictionary<string, string?>(StringComparer.Ordinal);
        using var factory = new OneMeterFactory();
        using var meters = new ThriftMeters(factory);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            // Other tests, and other rooms, have meters of the same name in this process.
            if (ReferenceEquals(instrument.Meter, factory.Meter))
            {
                units[instrument.Name] = instrument.Unit;
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();

        meters.Record(Receipt());
        meters.Record(Receipt() with { Spent = null, Cache = null });

        Assert.All(Instruments, name => Assert.True(seen.ContainsKey(name), name));
        Assert.Empty(units.Keys.Except(Instruments));
        Assert.DoesNotContain("gen_ai.client.token.usage", units.Keys);
        Assert.All(units.Values, unit => Assert.False(string.IsNullOrEmpty(unit)));
        Assert.Equal(40, seen["tokenthrift.spent"]);
        Assert.Equal(100, seen["tokenthrift.baseline"]);
        Assert.Equal(60, seen["tokenthrift.saved"]);
        Assert.Equal(2 * 330, seen["tokenthrift.tokens"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Activity_has_figures_and_no_content(bool streamed)
    {
        var activities = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ThriftTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var bed = new ReceiptTestBed(new ScriptedChatClient("a secret answer"));
        await bed.Client.AskAsync(streamed, [new ChatMessage(ChatRole.User, "a secret question")]);
        Activity activity = Assert.Single(activities, a => (string?)a.GetTagItem("tokenthrift.receipt.id") == bed.Last.Id);
        Assert.Equal(bed.Last.Spent!.Value.Value, activity.GetTagItem("tokenthrift.spent"));
        Assert.DoesNotContain(activity.TagObjects, tag => tag.Value is string text && text.Contains("secret", StringComparison.Ordinal));
    }

    private static ThriftReceipt Receipt() => new()
    {
        Id = "r",
        Duration = TimeSpan.FromSeconds(1),
        Calls =
        [
            new CallRecord { ModelId = "m", Usage = new TokenUsage(100, 20) { CachedInput = 10, CacheWrite = 5, Reasoning = 4 }, CountedInputTokens = 90, Cost = new NanoUsd(30), Duration = TimeSpan.FromSeconds(1) },
            new CallRecord { ModelId = "m", Usage = new TokenUsage(200, 10), CountedInputTokens = 200, IsEstimated = true, Cost = new NanoUsd(10) },
        ],
        Cache = new CacheRecord { Tier = CacheTier.Semantic, EstimatedError = 0.01 },
        Compressions = [new CompressionRecord { TokensBefore = 10, TokensAfter = 4 }],
        Baseline = new NanoUsd(100),
        Spent = new NanoUsd(40),
        Savings = new SavingsByLever(new(70), default, default, default, new(-10)),
    };

    private sealed class OneMeterFactory : IMeterFactory
    {
        public Meter? Meter { get; private set; }

        public Meter Create(MeterOptions options) => Meter ??= new Meter(options);

        public void Dispose() => Meter?.Dispose();
    }
}
