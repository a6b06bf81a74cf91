using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Caching;
using TokenThrift.Text;

namespace TokenThrift.Tests.Caching;

public sealed class InMemorySemanticIndexTests
{
    [Fact]
    public async Task Nearest_entry_comes_first()
    {
        var index = new InMemorySemanticIndex();
        foreach (string question in (string[])["close my account", "reset my password", "order a card"])
        {
            await index.AddAsync(Entry(question));
        }

        IReadOnlyList<SemanticMatch> found = await index.SearchAsync(Query("how to reset a password"), 2);

        Assert.Equal("reset my password", found[0].Entry.Question);
        Assert.Equal(2, found.Count);
        Assert.True(found[0].Similarity > found[1].Similarity);
    }

    [Theory]
    [InlineData("other", "lexical")]
    [InlineData("one", "another encoder")]
    public async Task Nothing_of_another_partition_or_encoder_is_found(string partition, string encoder)
    {
        var index = new InMemorySemanticIndex();
        await index.AddAsync(Entry("reset my password"));

        Assert.Empty(await index.SearchAsync(Query("reset my password") with { Partition = partition, Encoder = encoder }, 1));
    }

    [Fact]
    public async Task Vectors_of_another_length_never_meet()
    {
        var index = new InMemorySemanticIndex();
        await index.AddAsync(Entry("reset my password"));

        Assert.Empty(await index.SearchAsync(new SemanticQuery("one", "lexical", new float[3]), 1));
    }

    [Fact]
    public async Task Expired_entry_is_not_found()
    {
        var time = new FakeTimeProvider();
        var index = new InMemorySemanticIndex(time: time);
        await index.AddAsync(Entry("reset my password", expires: time.GetUtcNow() + TimeSpan.FromMinutes(1)));

        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty(await index.SearchAsync(Query("reset my password"), 1));
    }

    [Fact]
    public async Task Removed_entry_is_not_found_and_the_others_are()
    {
        var index = new InMemorySemanticIndex();
        string[] questions = [.. Enumerable.Range(0, 40).Select(i => $"question about subject {i * 7919}")];
        foreach (string question in questions)
        {
            await index.AddAsync(Entry(question));
        }

        await index.RemoveAsync("one", questions[5]);

        foreach (string question in questions)
        {
            SemanticMatch found = (await index.SearchAsync(Query(question), 1))[0];
            Assert.Equal(question != questions[5], found.Entry.Id == question);
        }
    }

    [Fact]
    public async Task Same_id_replaces()
    {
        var index = new InMemorySemanticIndex();
        await index.AddAsync(Entry("old words", id: "1"));
        await index.AddAsync(Entry("new words", id: "1"));

        Assert.Equal(1, index.Count);
        Assert.Equal("new words", (await index.SearchAsync(Query("old words"), 5)).Single().Entry.Question);
    }

    [Fact]
    public async Task Full_index_keeps_what_is_worth_most()
    {
        var index = new InMemorySemanticIndex(maximumEntries: 20);
        await index.AddAsync(Entry("the dear one", worth: 1_000_000));
        for (int i = 0; i < 200; i++)
        {
            await index.AddAsync(Entry($"cheap {i}"));
        }

        Assert.Equal(20, index.Count);
        Assert.Equal("the dear one", (await index.SearchAsync(Query("the dear one"), 1))[0].Entry.Question);
    }

    [Fact]
    public async Task Bytes_stay_within_their_bound()
    {
        var index = new InMemorySemanticIndex(maximumBytes: 50_000);
        for (int i = 0; i < 100; i++)
        {
            await index.AddAsync(Entry($"question {i}"));
        }

        Assert.InRange(index.Bytes, 1, 50_000);
        Assert.True(index.Count < 100);
    }

    [Fact]
    public async Task Entries_past_their_time_do_not_crowd_out_others()
    {
        var time = new FakeTimeProvider();
        var index = new InMemorySemanticIndex(time: time);
        for (int i = 0; i < 200; i++)
        {
            await index.AddAsync(Entry("reset my password", id: $"{i}", expires: time.GetUtcNow() + TimeSpan.FromMinutes(1)));
        }

        await index.AddAsync(Entry("reset my old password", id: "live"));
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("live", (await index.SearchAsync(Query("reset my password"), 1)).Single().Entry.Id);
        Assert.Equal(1, index.Count);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(512)]
    [InlineData(768)]
    [InlineData(3072)]
    public async Task Nearest_is_found_and_its_similarity_is_exact_for_any_number_of_dimensions(int dimensions)
    {
        var random = new Random(dimensions);
        var index = new InMemorySemanticIndex();
        float[][] vectors = [.. Enumerable.Range(0, 300).Select(_ => Unit(random, dimensions))];
        for (int i = 0; i < vectors.Length; i++)
        {
            await index.AddAsync(new SemanticEntry { Id = $"{i}", Partition = "p", Encoder = "e", Vector = vectors[i], Question = string.Empty });
        }

        int right = 0;
        for (int i = 0; i < vectors.Length; i++)
        {
            float[] query = [.. vectors[i].Select(x => x + ((random.NextSingle() - 0.5f) * 0.1f / dimensions))];
            float length = MathF.Sqrt(query.Sum(x => x * x));
            query = [.. query.Select(x => x / length)];
            SemanticMatch found = (await index.SearchAsync(new SemanticQuery("p", "e", query), 4))[0];
            Assert.Equal(vectors[int.Parse(found.Entry.Id, CultureInfo.InvariantCulture)].Zip(query, (x, y) => x * y).Sum(), found.Similarity, 3e-3);
            right += found.Entry.Id == $"{i}" ? 1 : 0;
        }

        // On a sphere of three dimensions some stand nearer to one another than the vectors are kept exactly.
        Assert.True(right >= (dimensions == 3 ? 270 : 300), $"{right} of 300");
    }

    [Fact]
    public async Task Readers_and_writers_do_not_disturb_one_another()
    {
        const int Kept = 300;
        var index = new InMemorySemanticIndex(maximumEntries: Kept);
        await index.AddAsync(Entry("the one that stays", worth: 1e12));
        Task[] writers = [.. Enumerable.Range(0, 4).Select(w => Task.Run(async () =>
        {
            // Adds, replaces, removes, and evicts, all at once.
            for (int i = 0; i < 500; i++)
            {
                await index.AddAsync(Entry($"entry {w} number {i}"));
                await index.AddAsync(Entry($"entry {w} once more", id: $"same {w}"));
                await index.RemoveAsync("one", $"entry {w} number {i - 3}");
            }
        }))];
        int searches = 0;
        Task[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!writers.All(writer => writer.IsCompleted))
            {
                IReadOnlyList<SemanticMatch> found = await index.SearchAsync(Query("the one that stays"), 8);
                Assert.Equal("the one that stays", found[0].Entry.Id);
                Assert.Equal(found.Count, found.Select(match => match.Entry).Distinct().Count());
                Assert.All(found, match =>
                {
                    // A similarity must be that of the very entry it comes with.
                    float[] own = LexicalEmbeddingGenerator.Embed(match.Entry.Question);
                    Assert.Equal(own.Zip(LexicalEmbeddingGenerator.Embed("the one that stays"), (x, y) => x * y).Sum(), match.Similarity, 3e-3);
                });
                Interlocked.Increment(ref searches);
            }
        }))];

        await Task.WhenAll([.. writers, .. readers]);

        Assert.True(searches > 0);
        Assert.InRange(index.Count, 1, Kept);
        Assert.Equal("the one that stays", (await index.SearchAsync(Query("the one that stays"), 1))[0].Entry.Question);
        await index.ClearAsync();
        Assert.Equal((0, 0L), (index.Count, index.Bytes));
    }

    private static float[] Unit(Random random, int dimensions)
    {
        float[] vector = [.. Enumerable.Range(0, dimensions).Select(_ => (random.NextSingle() + random.NextSingle() + random.NextSingle()) - 1.5f)];
        float length = MathF.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / length)];
    }

    private static SemanticQuery Query(string question) => new("one", "lexical", LexicalEmbeddingGenerator.Embed(question));

    private static SemanticEntry Entry(string question, string? id = null, double worth = 1, DateTimeOffset? expires = null) => new()
    {
        Id = id ?? question,
        Partition = "one",
        Encoder = "lexical",
        Vector = LexicalEmbeddingGenerator.Embed(question),
        Question = question,
        Worth = worth,
        ExpiresAt = expires ?? DateTimeOffset.MaxValue,
    };
}
