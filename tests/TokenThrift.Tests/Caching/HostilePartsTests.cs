using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Testing;
using TokenThrift.Caching;
using TokenThrift.TestSupport;
using TokenThrift.Text;

namespace TokenThrift.Tests.Caching;

/// <summary>Embedders and indexes of another's making that do what they must not.</summary>
public sealed class HostilePartsTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task Vector_that_is_not_of_numbers_is_stepped_over_and_does_not_hide_its_neighbours(float value)
    {
        var log = new FakeLogger<SemanticCachingChatClient>();
        using var embedder = new SickEmbedder(value);
        using var bench = new CacheBench(new ScriptedChatClient("a"), embedder: embedder, logger: log);
        await bench.AskAsync(false, "how do I pay for the trip");
        Assert.Equal("miss-unsure", (await bench.AskAsync(false, "how do I pay for this trip")).Record.Reason);
        await bench.AskAsync(false, "how do I pay for sick trip");
        Assert.Equal("miss-unsure", (await bench.AskAsync(false, "how do I pay for that trip")).Record.Reason);
        Assert.Single(log.Collector.GetSnapshot(), line => line.Message.Contains("'similar'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Entry_of_another_partition_is_not_looked_at_even_where_an_index_returns_it()
    {
        var index = new LeakingIndex();
        using var bench = new CacheBench(new ScriptedChatClient("a"), index: index);
        await bench.AskAsync(false, "how do I pay for the trip", CacheBench.For(user: "one"));
        Assert.Equal("miss", (await bench.AskAsync(false, "how do I pay for this trip", CacheBench.For(user: "two"))).Record.Reason);
        Assert.Equal("miss-unsure", (await bench.AskAsync(false, "how do I pay for that trip", CacheBench.For(user: "one"))).Record.Reason);
        Assert.True(index.Found > 0);
    }

    private sealed class SickEmbedder(float value) : IEmbeddingGenerator<string, Embedding<float>>
    {
        private readonly LexicalEmbeddingGenerator _inner = new();

        public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            string[] texts = [.. values];
            GeneratedEmbeddings<Embedding<float>> made = await _inner.GenerateAsync(texts, options, cancellationToken);
            return texts[0].Contains("sick", StringComparison.Ordinal)
                ? [new Embedding<float>(Enumerable.Repeat(value, made[0].Vector.Length).ToArray())]
                : made;
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() => _inner.Dispose();
    }

    // Finds by likeness alone, as a server does whose filter was forgotten.
    private sealed class LeakingIndex : ISemanticIndex
    {
        private readonly List<SemanticEntry> _entries = [];

        public int Found { get; private set; }

        public ValueTask<IReadOnlyList<SemanticMatch>> SearchAsync(SemanticQuery query, int count, CancellationToken cancellationToken = default)
        {
            Found += _entries.Count;
            return ValueTask.FromResult<IReadOnlyList<SemanticMatch>>([.. _entries.Select(entry => new SemanticMatch(entry, 0.9f)).Take(count)]);
        }

        public ValueTask AddAsync(SemanticEntry entry, CancellationToken cancellationToken = default)
        {
            _entries.Add(entry);
            return ValueTask.CompletedTask;
        }

        public ValueTask RemoveAsync(string partition, string id, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public ValueTask ClearAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
