using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging.Testing;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.Tests.Caching.Policy;
using TokenThrift.Tests.TestSupport;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching.Lessons;

/// <summary>Some processes on one store, which get requests in turns and can all be replaced.</summary>
internal sealed class Deployment : IDisposable
{
    /// <summary>The bound where none is given.</summary>
    public const double Bound = 0.02;

    private readonly int _seed;
    private readonly bool _streamed;
    private readonly Random? _random;
    private readonly double _bound;
    private readonly IDistributedCache _store;
    private readonly AsyncLocal<int> _topic = new();
    private readonly Lock _lock = new();
    private readonly CacheBench[] _processes;
    private int _restarts;

    public Deployment(int seed, bool streamed, int processes, double bound = Bound, bool ambiguous = false, IDistributedCache? store = null)
    {
        _seed = seed;
        _random = ambiguous ? new Random(seed) : null;
        _streamed = streamed;
        _bound = bound;
        _store = store ?? new MemoryStore();
        Traffic = new MadeUpTraffic(seed, 20);
        _processes = new CacheBench[processes];
        Restart();
    }

    public MadeUpTraffic Traffic { get; }

    public FakeLogger<SemanticCachingChatClient> Log { get; } = new();

    public int Requests { get; private set; }

    public int Hits { get; private set; }

    public int Wrong { get; private set; }

    public void Restart(string secret = "shared", Action<SemanticCachingOptions>? configure = null)
    {
        _restarts++;
        for (int i = 0; i < _processes.Length; i++)
        {
            _processes[i]?.Dispose();
            _processes[i] = new CacheBench(
                new ScriptedChatClient(_ => ScriptedChatClient.Answer(Traffic.Right(_topic.Value))),
                o =>
                {
                    (o.MaxErrorRate, o.Secret, o.AuditRandom) = (_bound, secret, new Random((_seed * 100) + (_restarts * 10) + i));
                    configure?.Invoke(o);
                },
                _store,
                logger: Log);
        }
    }

    public async Task PlayAsync(int requests)
    {
        for (int i = 0; i < requests; i++)
        {
            CacheBench process;
            int topic;
            string question;
            lock (_lock)
            {
                process = _processes[Requests++ % _processes.Length];
                (topic, question) = Traffic.Next();

                // Of some topics the question does not tell which of two answers is right.
                topic = _random is not null && topic >= Traffic.Topics / 2 && _random.NextDouble() < 0.1 ? topic ^ 1 : topic;
            }

            _topic.Value = topic;
            (ChatResponse response, CacheRecord record) = await process.AskAsync(_streamed, question);
            lock (_lock)
            {
                Hits += record.Reason == "hit-similar" ? 1 : 0;
                Wrong += record.Reason == "hit-similar" && response.Text != Traffic.Right(topic) ? 1 : 0;
            }
        }
    }

    public void Dispose()
    {
        foreach (CacheBench process in _processes)
        {
            process.Dispose();
        }
    }

    public override string ToString() => $"{Wrong} wrong of {Hits} in {Requests}";
}
