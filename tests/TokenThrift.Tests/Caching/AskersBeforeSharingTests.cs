using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

public sealed class AskersBeforeSharingTests
{
    private const string Question = "How long is the warranty?";
    private const string Reworded = "how long is the warranty";

    [Theory]
    [InlineData(false, Question)]
    [InlineData(true, Question)]
    [InlineData(false, Reworded)]
    [InlineData(true, Reworded)]
    public async Task Third_user_is_served_what_two_got_from_the_model(bool streamed, string again)
    {
        using CacheBench bench = Bench(_ => "two years");
        Assert.Equal(CacheTier.None, (await AskAsync(bench, streamed, "ann", Question)).Tier);
        Assert.Equal(CacheTier.Exact, (await AskAsync(bench, streamed, "ann", Question)).Tier);
        Assert.Equal((CacheTier.None, "miss-unproven"), await TierAndReasonAsync(bench, streamed, "bob", again));
        Assert.NotEqual(CacheTier.None, (await AskAsync(bench, streamed, "bob", again)).Tier);
        Assert.NotEqual(CacheTier.None, (await AskAsync(bench, streamed, "cid", again)).Tier);
        Assert.Equal(2, bench.Calls);
    }

    [Fact]
    public async Task Answer_that_differs_from_user_to_user_is_never_shared()
    {
        using CacheBench bench = Bench(call => $"It ends on day {100 + call.Index}.");
        foreach (string user in new[] { "ann", "bob", "cid", "dan" })
        {
            Assert.Equal(CacheTier.None, (await AskAsync(bench, false, user, Question)).Tier);
        }

        Assert.Equal(CacheTier.Exact, (await AskAsync(bench, false, "dan", Question)).Tier);
    }

    [Fact]
    public async Task One_of_whom_nothing_is_known_proves_nothing_to_himself_but_counts()
    {
        using CacheBench bench = Bench(_ => "two years");
        Assert.Equal(CacheTier.None, (await AskAsync(bench, false, null, Question)).Tier);
        Assert.Equal(CacheTier.None, (await AskAsync(bench, false, null, Question)).Tier);
        Assert.Equal(CacheTier.Exact, (await AskAsync(bench, false, null, Question)).Tier);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_under_way_are_joined_by_the_same_user_only(bool streamed)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var bench = new CacheBench(
            new ScriptedChatClient(async (_, ct) =>
            {
                await gate.Task.WaitAsync(ct);
                return ScriptedChatClient.Answer("two years");
            }),
            Configure);
        Task<CacheRecord>[] asked = [.. new[] { "ann", "ann", "bob", "bob" }.Select(user => AskAsync(bench, streamed, user, Question))];
        gate.SetResult();
        CacheRecord[] records = await Task.WhenAll(asked);
        Assert.Equal(2, bench.Calls);
        Assert.Equal(2, records.Count(record => record.Tier == CacheTier.Coalesced));
    }

    private static void Configure(SemanticCachingOptions options) => (options.Sharing, options.AskersBeforeSharing) = (CacheSharing.Everyone, 2);

    private static CacheBench Bench(Func<ScriptedChatClient.ScriptedCall, string> answer) => new(new ScriptedChatClient(call => ScriptedChatClient.Answer(answer(call))), Configure) { Asker = null };

    private static async Task<CacheRecord> AskAsync(CacheBench bench, bool streamed, string? user, string question) =>
        (await bench.AskAsync(streamed, question, user is null ? null : CacheBench.For(user: user))).Record;

    private static async Task<(CacheTier Tier, string? Reason)> TierAndReasonAsync(CacheBench bench, bool streamed, string user, string question)
    {
        CacheRecord record = await AskAsync(bench, streamed, user, question);
        return (record.Tier, record.Reason);
    }
}
