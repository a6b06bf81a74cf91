using Microsoft.Extensions.AI;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

public class UnfitAnswerTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Answer_that_was_cut_by_a_budget_or_failed_its_checks_is_not_kept(bool cut, bool streamed)
    {
        var provider = new ScriptedChatClient(_ =>
        {
            ChatResponse response = ScriptedChatClient.Answer("half of it");
            if (cut)
            {
                AnswerMarks.MarkCut(response);
            }
            else
            {
                response.AdditionalProperties = new() { [AnswerMarks.DegradedKey] = "structure" };
            }

            return response;
        });
        using var bench = new CacheBench(provider);

        await bench.AskAsync(streamed, "go on");
        await bench.AskAsync(streamed, "go on");

        Assert.Equal(2, provider.Calls.Count);
    }
}
