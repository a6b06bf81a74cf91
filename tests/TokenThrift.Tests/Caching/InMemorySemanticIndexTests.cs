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
    public async Task Readers_and_writers_do_not_disturb_one_another()
    {
        var index = new InMemorySemanticIndex(maximumEntries: 100);
        await index.AddAsync(Entry("the one that stays", worth: 1e12));
        Task[] writers = [.. Enumerable.Range(0, 4).Select(w => Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                await index.AddAsync(Entry($"entry {w} {i}"));
                await index.RemoveAsync("one", $"entry {w} {i - 3}");
            }
        }))];
        while (!writers.All(writer => writer.IsCompleted))
        {
            Assert.All(await index.SearchAsync(Query("the one that stays"), 4), match => Assert.Equal("one", match.Entry.Partition));
        }

        await Task.WhenAll(writers);
        Assert.Equal("the one that stays", (await index.SearchAsync(Query("the one that stays"), 1))[0].Entry.Question);
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
