using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using static TokenThrift.Tests.Routing.RoutingTestKit;

namespace TokenThrift.Tests.Routing.Learning;

/// <summary>Some processes on one store that route between a cheap and a dear model, which get requests in turns and can all be replaced.</summary>
internal sealed class RouterFleet : IDisposable
{
    private readonly CheapestCapableChatClient[] _routers;
    private readonly IDistributedCache? _store;
    private readonly Action<RoutingOptions> _configure;
    private readonly long _price;
    private int _starts;
    private int _requests;

    public RouterFleet(IDistributedCache? store, int processes = 1, Action<RoutingOptions>? configure = null, long price = 20)
    {
        _store = store;
        _price = price;
        _configure = configure ?? (_ => { });
        _routers = new CheapestCapableChatClient[processes];
        Restart();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public FakeLogger<CheapestCapableChatClient> Log { get; } = new();

    /// <summary>Gets or sets what the cheap model answers; "right" is right.</summary>
    public Func<string, string> Cheap { get; set; } = _ => "right";

    public CheapestCapableChatClient this[int process] => _routers[process];

    /// <summary>Replaces all processes.</summary>
    public void Restart(Action<RoutingOptions>? configure = null, string secret = "shared", string cheap = "cheap")
    {
        for (int i = 0; i < _routers.Length; i++)
        {
            _routers[i]?.Dispose();
            var options = new RoutingOptions { Secret = secret, RetriesPerModel = 0, AuditRandom = new Random(++_starts) };
            _configure(options);
            configure?.Invoke(options);
            _routers[i] = new CheapestCapableChatClient(
                [
                    Leg(cheap, 1, new ScriptedChatClient(call => ScriptedChatClient.Answer(Cheap(call.Messages[^1].Text)))),
                    Leg("dear", _price, new ScriptedChatClient("right")),
                ],
                options, time: Time, logger: Log, store: _store);
        }
    }

    /// <summary>Asks the next process a question; returns who served it.</summary>
    public async Task<string> AskAsync(bool streamed, string? question = null)
    {
        int number = _requests++;
        Time.Advance(TimeSpan.FromSeconds(1));
        (ChatResponse? _, var routing, Exception? error) = await _routers[number % _routers.Length].AskRecordedAsync(streamed, question ?? $"what is the total of number {number}");
        Assert.Null(error);
        return routing.ServedModelId!;
    }

    public void Dispose()
    {
        foreach (CheapestCapableChatClient router in _routers)
        {
            router.Dispose();
        }
    }
}
