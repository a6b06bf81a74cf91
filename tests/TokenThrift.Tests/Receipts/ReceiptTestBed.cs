using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Receipts;

/// <summary>Receipting over one metered leg, with round prices: 1 USD per million input tokens, 4 per million output tokens.</summary>
internal sealed class ReceiptTestBed
{
    public static readonly ModelInfo Strong = new("strong")
    {
        Vendor = "acme",
        Jurisdiction = "US",
        Origin = "US",
        Region = "US",
        ContextTokens = 200_000,
        Prices = new ModelPrices(1_000_000, 4_000_000) { CachedInput = 100_000 },
    };

    public static readonly ModelInfo Cheap = new("cheap")
    {
        Vendor = "bolt",
        Jurisdiction = "FR",
        Origin = "FR",
        Region = "EU",
        ContextTokens = 32_000,
        Prices = new ModelPrices(100_000, 400_000),
    };

    public ReceiptTestBed(ScriptedChatClient provider, ReceiptOptions? options = null, IEnumerable<IReceiptSink>? sinks = null, Func<IChatClient, IChatClient>? between = null)
    {
        Provider = provider;
        provider.Metadata = new ChatClientMetadata("test", null, "strong");
        Options = options ?? new ReceiptOptions();
        Book = new ReceiptBook(Options, sinks, null, Time);
        Leg = new MeteringChatClient(provider, Catalog, Counters, Time);
        Client = new ReceiptingChatClient(between?.Invoke(Leg) ?? Leg, Book, Options, Catalog, Counters, Time);
    }

    public static ModelCatalog Catalog { get; } = new([Strong, Cheap]);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public TokenCounters Counters { get; } = new();

    public ReceiptOptions Options { get; }

    public ScriptedChatClient Provider { get; }

    public ReceiptBook Book { get; }

    public MeteringChatClient Leg { get; }

    public ReceiptingChatClient Client { get; }

    public ThriftReceipt Last => Book.Recent()[^1];

    public static ThriftReceipt ReceiptOf(ChatResponse response) => Assert.IsType<ThriftReceipt>(response.AdditionalProperties?[ThriftReceipt.PropertyName]);
}
