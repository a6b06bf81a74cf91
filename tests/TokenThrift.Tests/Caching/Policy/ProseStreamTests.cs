using Microsoft.Extensions.AI;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class ProseStreamTests
{
    [Theory]
    [InlineData(7, 0.05)]
    public async Task Prose_that_is_worded_anew_earns_hits_within_the_bound(int seed, double bound)
    {
        const int Topics = 30;
        var traffic = new MadeUpTraffic(seed, Topics);
        var prose = new MadeUpProse(seed, Topics);
        int topic = 0;
        using var bench = new CacheBench(
            new ScriptedChatClient(_ => ScriptedChatClient.Answer(prose.Say(topic))),
            o =>
            {
                o.MaxErrorRate = bound;
                o.AuditRandom = new Random(seed);
            });
        int hits = 0;
        int wrong = 0;
        for (int i = 0; i < 5000; i++)
        {
            (topic, string question) = traffic.Next();
            (ChatResponse response, CacheRecord record) = await bench.AskAsync(i % 2 == 0, question);
            if (record.Reason == "hit-similar")
            {
                hits++;
                wrong += prose.IsRight(topic, response.Text) ? 0 : 1;
            }
        }

        Assert.True(hits > 200, $"{wrong} wrong of {hits}");
        Assert.True(PolicySamples.LowerBound(wrong, hits) <= bound, $"{wrong} wrong of {hits}");
    }
}
