using Microsoft.Extensions.AI;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using static TokenThrift.Tests.Routing.RoutingTestKit;

namespace TokenThrift.Tests.Routing;

public class GuaranteedRoutingTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task Without_enough_pairs_the_strongest_model_answers(bool streamed)
    {
        var strong = new ScriptedChatClient("from the strong one");
        using CheapestCapableChatClient router = Guaranteed(strong);
        await TeachAsync(router, 20, weak: 1);

        Assert.Equal("from the strong one", (await router.AskAsync(streamed, "hello")).Text);
        QualityCertificate certificate = router.Certificates()["cheap"];
        Assert.Equal(10, certificate.Pairs);
        Assert.False(certificate.IsCertified);
        Assert.True(certificate.PairsNeeded > 10);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Enough_pairs_that_keep_the_promise_let_the_cheap_model_answer(bool streamed)
    {
        var strong = new ScriptedChatClient("from the strong one");
        using CheapestCapableChatClient router = Guaranteed(strong);
        await TeachAsync(router, 600, weak: 1);

        Assert.Equal("from the cheap one", (await router.AskAsync(streamed, "question 7 of the usual kind")).Text);
        Assert.True(router.Certificates()["cheap"].IsCertified);
        Assert.Empty(strong.Calls);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task When_the_promise_breaks_the_strongest_model_answers_again(bool streamed)
    {
        var strong = new ScriptedChatClient("from the strong one");
        using CheapestCapableChatClient router = Guaranteed(strong);
        await TeachAsync(router, 600, weak: 1);
        await TeachAsync(router, 400, weak: 0);

        Assert.Equal("from the strong one", (await router.AskAsync(streamed, "question 7 of the usual kind")).Text);
        Assert.False(router.Certificates()["cheap"].IsCertified);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_cheap_model_that_cannot_keep_the_promise_never_answers(bool streamed)
    {
        var strong = new ScriptedChatClient("from the strong one");
        using CheapestCapableChatClient router = Guaranteed(strong);
        await TeachAsync(router, 600, weak: 0);

        Assert.Equal("from the strong one", (await router.AskAsync(streamed, "question 7 of the usual kind")).Text);
        Assert.Null(router.Certificates()["cheap"].PairsNeeded);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_same_seed_audits_the_same_requests(bool streamed)
    {
        bool[] first = await AuditedAsync(5), again = await AuditedAsync(5), other = await AuditedAsync(6);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        async Task<bool[]> AuditedAsync(int seed)
        {
            var weak = new ScriptedChatClient("from the cheap one");
            var options = new RoutingOptions { QualityFloor = new QualityFloor(0.95), AuditShare = 0.5, AuditRandom = new Random(seed) };
            using CheapestCapableChatClient router = Router(options, Leg("cheap", 1, weak), Leg("dear", 10, new ScriptedChatClient("from the strong one")));
            bool[] audited = new bool[40];
            for (int i = 0; i < audited.Length; i++)
            {
                int before = weak.Calls.Count;
                await router.AskAsync(streamed, $"question {i}");
                audited[i] = weak.Calls.Count > before;
            }

            return audited;
        }
    }

    private static CheapestCapableChatClient Guaranteed(ScriptedChatClient strong) => Router(
        new RoutingOptions { QualityFloor = new QualityFloor(0.95), AuditShare = 0, RetriesPerModel = 0 },
        Leg("cheap", 1, new ScriptedChatClient("from the cheap one")),
        Leg("strong", 20, strong));

    private static async Task TeachAsync(CheapestCapableChatClient router, int pairs, double weak)
    {
        for (int i = 0; i < pairs; i++)
        {
            ChatMessage[] messages = [new(ChatRole.User, $"question {i} of the usual kind")];
            await router.LearnAsync(new RoutingOutcome(messages, null, new Dictionary<string, double> { ["cheap"] = weak, ["strong"] = 1 })
            {
                Answers = new Dictionary<string, ChatResponse> { ["cheap"] = new(new ChatMessage(ChatRole.Assistant, "from the cheap one")) },
            });
        }
    }
}
