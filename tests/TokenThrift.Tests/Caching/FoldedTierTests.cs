using Microsoft.Extensions.AI;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

public sealed class FoldedTierTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Question_that_is_equal_after_folding_is_a_semantic_hit(bool streamed)
    {
        using var bench = new CacheBench("by the settings page");
        await bench.AskAsync(streamed, "How do I reset my password?");
        (ChatResponse response, CacheRecord record) = await bench.AskAsync(streamed, "how do I reset  my password");
        Assert.Equal(1, bench.Calls);
        Assert.Equal("by the settings page", response.Text);
        Assert.Equal((CacheTier.Semantic, "hit-folded"), (record.Tier, record.Reason));
    }

    [Theory]
    [InlineData("What is C?", "What is C++?")]
    [InlineData("Is it 5?", "Is it -5?")]
    [InlineData("Is it safe?", "Is it not safe?")]
    public async Task Question_that_differs_in_a_sign_or_a_word_is_not(string left, string right)
    {
        using var bench = new CacheBench();
        await bench.AskAsync(false, left);
        await bench.AskAsync(false, right);
        Assert.Equal(2, bench.Calls);
    }

    [Fact]
    public async Task Another_system_prompt_another_user_or_history_keeps_questions_apart()
    {
        using var bench = new CacheBench();
        await bench.AskAsync(false, "q one");
        await bench.AskAsync(false, [new(ChatRole.System, "Be rude."), new(ChatRole.User, "Q one")]);
        await bench.AskAsync(false, "Q one", CacheBench.For(user: "u"));
        await bench.AskAsync(false, [new(ChatRole.User, "x"), new(ChatRole.Assistant, "y"), new(ChatRole.User, "Q one")]);
        Assert.Equal(4, bench.Calls);
    }

    [Fact]
    public async Task Without_the_semantic_tier_only_identical_requests_share()
    {
        using var bench = new CacheBench("a", o => o.Semantic = false);
        await bench.AskAsync(false, "q one");
        await bench.AskAsync(false, "Q one");
        Assert.Equal(2, bench.Calls);
    }

    [Fact]
    public async Task Folded_hit_reported_as_wrong_is_asked_afresh()
    {
        using var bench = new CacheBench();
        await bench.AskAsync(false, "q one");
        CacheHit hit = CacheHit.Find((await bench.AskAsync(false, "Q one")).Response)!;
        Assert.True(await bench.Client.GetService<ICacheFeedback>()!.ReportWrongAsync(hit.HitId));
        await bench.AskAsync(false, "Q one");
        Assert.Equal(2, bench.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Questions_that_a_guard_tells_apart_take_no_trust_from_text_that_is_equal_after_folding(bool streamed)
    {
        using var bench = new CacheBench(new ScriptedChatClient(call => ScriptedChatClient.Answer($"it is on shelf {call.LastText.GetHashCode(StringComparison.Ordinal)}", 10, 5)));
        for (int i = 0; i < 60; i++)
        {
            await bench.AskAsync(streamed, $"On which shelf of the long hall is parcel number {1000 + i}?");
        }

        Assert.Equal("hit-folded", (await bench.AskAsync(streamed, "on which shelf of the long hall is parcel number 1030")).Record.Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Questions_that_are_nearly_equal_and_have_other_answers_take_it(bool streamed)
    {
        using var bench = new CacheBench(new ScriptedChatClient(call => ScriptedChatClient.Answer(call.LastText.Contains("the parcels", StringComparison.Ordinal) ? "shelf 1" : "shelf 2", 10, 5)));
        for (int i = 0; i < 30; i++)
        {
            string place = $"{(char)('a' + i)}{(char)('z' - i % 7)}ber";
            await bench.AskAsync(streamed, $"Tell me on which shelf of the long hall of {place} one finds parcels of today");
            await bench.AskAsync(streamed, $"Tell me on which shelf of the long hall of {place} one finds the parcels of today");
        }

        string asked = $"TELL me on which shelf of the long hall of {'a'}{'z'}ber one finds parcels of today";
        Assert.NotEqual("hit-folded", (await bench.AskAsync(streamed, asked)).Record.Reason);
    }
}
