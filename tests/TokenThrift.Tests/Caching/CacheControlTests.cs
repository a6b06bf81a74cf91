using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Tests.TestSupport;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

/// <summary>What an application and a single request can say to the cache.</summary>
public sealed class CacheControlTests
{
    private const string Question = "How do I reset my password?";
    private const string Reworded = "how do i reset my password";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Raw_representation_with_a_key_of_the_caller_is_cached_by_that_key(bool streamed)
    {
        using var bench = new CacheBench("a b", o => o.RawRepresentationKey = options => options.AdditionalProperties?.GetValueOrDefault("kind") as string);
        ChatOptions Raw(string? kind) => new() { RawRepresentationFactory = _ => null, AdditionalProperties = kind is null ? null : new() { ["kind"] = kind } };
        await bench.AskAsync(streamed, Question, Raw("x"));
        Assert.Equal(CacheTier.Exact, (await bench.AskAsync(streamed, Question, Raw("x"))).Record.Tier);
        Assert.Equal(CacheTier.None, (await bench.AskAsync(streamed, Question, Raw("y"))).Record.Tier);
        Assert.Equal("bypass-raw-representation", (await bench.AskAsync(streamed, Question, Raw(null))).Record.Reason);
        Assert.Equal(CacheTier.None, (await bench.AskAsync(streamed, Question, new() { AdditionalProperties = new() { ["kind"] = "x" } })).Record.Tier);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Message_that_is_given_raw_goes_past_the_cache_and_one_that_a_provider_made_does_not(bool streamed)
    {
        using var bench = new CacheBench("a b");
        ChatMessage[] mine = [new(ChatRole.User, Question) { RawRepresentation = new object() }];
        ChatMessage[] part = [new(ChatRole.User, [new TextContent(Question) { RawRepresentation = new object() }])];
        ChatMessage[] theirs = [new(ChatRole.User, Question), new(ChatRole.Assistant, "a") { RawRepresentation = new object() }, new(ChatRole.User, Question)];
        foreach (ChatMessage[] messages in new[] { mine, part, theirs })
        {
            await bench.AskAsync(streamed, messages);
            Assert.Equal(messages == theirs ? "hit" : "bypass-raw-representation", (await bench.AskAsync(streamed, messages)).Record.Reason);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fold_that_was_wrong_never_comes_back_and_each_question_keeps_its_own_answer(bool streamed)
    {
        using var bench = new CacheBench(new ScriptedChatClient(call => ScriptedChatClient.Answer("to: " + call.LastText)));
        await bench.AskAsync(streamed, "Who is us?");
        CacheHit wrong = CacheHit.Find((await bench.AskAsync(streamed, "Who is US?")).Response)!;
        Assert.True(await bench.Client.GetService<ICacheFeedback>()!.ReportWrongAsync(wrong.HitId));
        Assert.Equal("to: Who is US?", (await bench.AskAsync(streamed, "Who is US?")).Response.Text);
        Assert.Equal("to: Who is us?", (await bench.AskAsync(streamed, "Who is us?")).Response.Text);
        Assert.Equal("to: who is US", (await bench.AskAsync(streamed, "who is US")).Response.Text);
        Assert.Equal("to: who is us", (await bench.AskAsync(streamed, "who is us")).Response.Text);
        bench.Time.Advance(bench.Options.TimeToLive);
        Assert.Equal("to: WHO is us", (await bench.AskAsync(streamed, "WHO is us")).Response.Text);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    public async Task Request_that_tolerates_no_wrong_answer_shares_with_identical_ones_only(double limit)
    {
        using var bench = new CacheBench();
        var options = new ChatOptions();
        CacheRequestSettings.MaxErrorRate.Set(options, limit);
        await bench.AskAsync(false, Question);
        Assert.Equal(CacheTier.None, (await bench.AskAsync(false, Reworded, options)).Record.Tier);
        Assert.Equal(CacheTier.Exact, (await bench.AskAsync(false, Reworded, options)).Record.Tier);
    }

    [Theory]
    [InlineData(0.005, 0.005)]
    [InlineData(0.5, 0.01)]
    [InlineData(double.PositiveInfinity, 0.01)]
    public void Request_tightens_the_limit_and_never_loosens_it(double asked, double inForce)
    {
        using var bench = new CacheBench();
        using var meters = new CacheMeters();
        var engine = new CacheEngine(bench.Cache, bench.Options, null, null, null, meters, bench.Time, null);
        ChatOptions? options = new();
        CacheRequestSettings.MaxErrorRate.Set(options, asked);
        IEnumerable<ChatMessage> messages = [new ChatMessage(ChatRole.User, Question)];
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        Assert.Equal(inForce, engine.Begin(context, [.. messages], options).MaxErrorRate);
    }

    [Fact]
    public async Task What_a_refresh_is_answered_is_what_similar_questions_meet()
    {
        int asked = 0;
        var index = new InMemorySemanticIndex();
        using var bench = new CacheBench(new ScriptedChatClient(_ => ScriptedChatClient.Answer("answer " + ++asked)), index: index);
        var refresh = new ChatOptions();
        CacheRequestSettings.Refresh.Set(refresh, true);
        await bench.AskAsync(false, Question, refresh);
        Assert.Equal(1, index.Count);
        Assert.Equal("answer 1", (await bench.AskAsync(false, Reworded)).Response.Text);
        await bench.AskAsync(false, Question, refresh);
        Assert.Equal("answer 2", (await bench.AskAsync(false, Reworded)).Response.Text);
        Assert.Equal(1, index.Count);
    }

    [Fact]
    public async Task Sliding_time_to_live_holds_in_a_process_that_did_not_see_the_last_use()
    {
        var shared = new MemoryStore();
        CacheBench Process() => new(new ScriptedChatClient("a"), o => (o.Secret, o.SlidingTimeToLive) = ("s", TimeSpan.FromMinutes(10)), shared);
        using CacheBench first = Process();
        await first.AskAsync(false, Question);
        first.Time.Advance(TimeSpan.FromMinutes(8));
        Assert.Equal(CacheTier.Exact, (await first.AskAsync(false, Question)).Record.Tier);

        // Sixteen minutes after it was made, eight after it was used: it lives. Nineteen after it was used, elsewhere: it does not.
        using CacheBench second = Process();
        second.Time.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(CacheTier.Exact, (await second.AskAsync(false, Question)).Record.Tier);
        using CacheBench third = Process();
        third.Time.Advance(TimeSpan.FromMinutes(35));
        Assert.Equal(CacheTier.None, (await third.AskAsync(false, Question)).Record.Tier);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tags_reach_what_is_equal_after_folding_and_the_tag_of_all_reaches_everything(bool streamed)
    {
        foreach (string tag in new[] { "prices", "tokenthrift" })
        {
            using var bench = new CacheBench("a b");
            var tagged = new ChatOptions();
            CacheRequestSettings.Tags.Set(tagged, "shop, prices");
            await bench.AskAsync(streamed, Question, tagged);
            await bench.AskAsync(streamed, "Another question?");
            await bench.Cache.RemoveByTagAsync(tag);
            Assert.Equal(CacheTier.None, (await bench.AskAsync(streamed, Reworded)).Record.Tier);
            Assert.Equal(tag == "prices" ? CacheTier.Exact : CacheTier.None, (await bench.AskAsync(streamed, "Another question?")).Record.Tier);
        }
    }

    [Fact]
    public async Task Embedder_and_index_come_from_the_services()
    {
        var embedder = new Mock<IEmbeddingGenerator<string, Embedding<float>>>();
        embedder.Setup(e => e.GetService(typeof(EmbeddingGeneratorMetadata), null)).Returns(new EmbeddingGeneratorMetadata("theirs", null, "model-3", 4));
        embedder.Setup(e => e.GenerateAsync(It.IsAny<IEnumerable<string>>(), It.IsAny<EmbeddingGenerationOptions>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(() => [new Embedding<float>(new float[] { 3, 0, 4, 0 })]);
        var index = new Mock<ISemanticIndex>();
        index.Setup(i => i.SearchAsync(It.IsAny<SemanticQuery>(), It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        await using ServiceProvider services = new ServiceCollection().AddHybridCache().Services
            .AddSingleton(embedder.Object).AddSingleton(index.Object).BuildServiceProvider();
        using IChatClient client = new ScriptedChatClient("a").AsBuilder().UseSemanticCaching(configure: o => o.Sharing = CacheSharing.Everyone).Build(services);
        await client.GetResponseAsync(Question);
        index.Verify(i => i.AddAsync(It.Is<SemanticEntry>(e => e.Encoder == "theirs/model-3" && IsUnit(e.Vector)), It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task Receipt_and_response_agree_about_a_hit()
    {
        using var bench = new CacheBench();
        await bench.AskAsync(false, Question);
        bench.Time.Advance(TimeSpan.FromMinutes(5));
        foreach (string question in new[] { Question, Reworded })
        {
            (ChatResponse response, CacheRecord record) = await bench.AskAsync(true, question);
            CacheHit hit = CacheHit.Find(response)!;
            Assert.Equal(
                (record.Tier, record.EntryId, record.Similarity, record.EstimatedError, record.Age, record.SavedUsage),
                (hit.Tier, hit.EntryId, hit.Similarity, hit.EstimatedError, hit.Age, hit.SavedUsage));
        }
    }

    // What the embedder gave, brought to length one.
    private static bool IsUnit(ReadOnlyMemory<float> vector) => vector.Span is [0.6f, 0, 0.8f, 0];
}
