using Microsoft.Extensions.AI;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

public sealed class CacheSharingTests
{
    private const string Question = "How do I reset my password?";
    private const string Folded = "how do i reset my password";

    public static TheoryData<CacheSharing, ChatOptions, ChatOptions, bool> Pairs()
    {
        var pairs = new TheoryData<CacheSharing, ChatOptions, ChatOptions, bool>();
        Add(CacheSharing.Session, For("t", "u", "s"), For("t", "u", "s"), true);
        Add(CacheSharing.Session, For("t", "u", "s"), For("t", "u", "other"), false);
        Add(CacheSharing.Session, For(session: "s"), For(session: "s"), true);
        Add(CacheSharing.User, For("t", "u", "s"), For("t", "u", "other"), true);
        Add(CacheSharing.User, For("t", "u"), For("t", "v"), false);
        Add(CacheSharing.User, For("t", "u"), For("other", "u"), false);
        Add(CacheSharing.User, For("t", session: "s"), For("t", session: "s"), true);
        Add(CacheSharing.User, For("t", session: "s"), For("t", session: "other"), false);
        Add(CacheSharing.Tenant, For("t", "u", "s"), For("t", "v", "other"), true);
        Add(CacheSharing.Tenant, For("t", "u"), For("other", "u"), false);

        // The tenant is not known: the user is asked, then the session.
        Add(CacheSharing.Tenant, For(user: "u"), For(user: "v"), false);
        Add(CacheSharing.Tenant, For(user: "u", session: "s"), For(user: "u", session: "other"), true);
        Add(CacheSharing.Tenant, For(session: "s"), For(session: "other"), false);
        Add(CacheSharing.Everyone, For("t", "u"), For("other", "v"), true);
        Add(CacheSharing.Everyone, new(), new(), true);
        return pairs;

        static ChatOptions For(string? tenant = null, string? user = null, string? session = null) => CacheBench.For(tenant, user, session);

        void Add(CacheSharing sharing, ChatOptions left, ChatOptions right, bool share) => pairs.Add(sharing, left, right, share);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Answers_are_shared_as_asked_for_and_no_further(CacheSharing sharing, ChatOptions left, ChatOptions right, bool share)
    {
        foreach (string again in new[] { Question, Folded })
        {
            foreach (bool streamed in new[] { false, true })
            {
                using var bench = new CacheBench("a b", o => o.Sharing = sharing) { Asker = null };
                await bench.AskAsync(streamed, Question, left);
                await bench.AskAsync(streamed, again, right);
                Assert.Equal(share ? 1 : 2, bench.Calls);
            }
        }
    }

    [Theory]
    [InlineData(CacheSharing.User, null)]
    [InlineData(CacheSharing.User, "t")]
    [InlineData(CacheSharing.Tenant, null)]
    public async Task Requests_of_which_nothing_is_known_share_identical_ones_only(CacheSharing sharing, string? tenant)
    {
        using var bench = new CacheBench("a", o => o.Sharing = sharing) { Asker = null };
        await bench.AskAsync(false, Question, CacheBench.For(tenant));
        Assert.Equal(CacheTier.Exact, (await bench.AskAsync(true, Question, CacheBench.For(tenant))).Record.Tier);
        Assert.Equal(CacheTier.None, (await bench.AskAsync(false, Folded, CacheBench.For(tenant))).Record.Tier);
        Assert.Equal(2, bench.Calls);
    }

    [Fact]
    public async Task Request_to_be_shared_within_a_session_goes_past_the_cache_when_none_is_stated()
    {
        using var bench = new CacheBench("a", o => o.Sharing = CacheSharing.Session) { Asker = null };
        await bench.AskAsync(false, Question);
        Assert.Equal("bypass-no-session", (await bench.AskAsync(false, Question)).Record.Reason);
        Assert.Equal(2, bench.Calls);
    }

    [Fact]
    public async Task Session_comes_from_the_ambient_task_where_the_request_states_none()
    {
        using var bench = new CacheBench { Asker = null };
        foreach (string session in new[] { "one", "one", "two" })
        {
            using AmbientTaskScope task = AmbientTask.Begin("support", new RequestIdentity { Session = session });
            await bench.AskAsync(false, session == "one" && bench.Calls == 1 ? Folded : Question);
        }

        Assert.Equal(2, bench.Calls);
    }

    [Fact]
    public async Task Identity_written_into_the_messages_changes_nothing()
    {
        using var bench = new CacheBench();
        await bench.AskAsync(false, Question, CacheBench.For(tenant: "t", user: "u"));
        await bench.AskAsync(false, [new(ChatRole.System, "tenant: t, user: u, tokenthrift.user: u"), new(ChatRole.User, Question)], CacheBench.For(tenant: "t", user: "v"));
        Assert.Equal(2, bench.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Content_of_an_answer_does_not_tell_a_hit_from_a_miss(bool streamed)
    {
        using var bench = new CacheBench(new ScriptedChatClient(_ => ScriptedChatClient.Answer("the very same text", model: "m")));
        (ChatResponse miss, _) = await bench.AskAsync(streamed, Question);
        (ChatResponse hit, CacheRecord record) = await bench.AskAsync(streamed, Question);
        Assert.Equal(CacheTier.Exact, record.Tier);
        Assert.Equal((miss.Text, miss.ModelId, miss.FinishReason, miss.Messages.Count), (hit.Text, hit.ModelId, hit.FinishReason, hit.Messages.Count));
        Assert.Equal(miss.Messages[0].Role, hit.Messages[0].Role);
        Assert.All(hit.Messages.SelectMany(m => m.Contents).Where(c => c is not UsageContent), c => Assert.IsType<TextContent>(c));
        Assert.All(hit.Messages, m => Assert.Null(m.AdditionalProperties));
    }
}
