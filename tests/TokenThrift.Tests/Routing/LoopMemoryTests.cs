using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Routing;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;
using static TokenThrift.Tests.Routing.RoutingTestKit;

namespace TokenThrift.Tests.Routing;

/// <summary>How long, and of whom, the router remembers who serves a conversation.</summary>
public class LoopMemoryTests
{
    private static readonly ChatOptions Options = new() { Tools = [AIFunctionFactory.Create((string city) => city, "weather")] };
    private readonly FakeTimeProvider _time = new();
    private readonly List<ChatMessage> _history = [new(ChatRole.User, "what is the weather?")];

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_loop_that_waited_for_an_hour_for_its_tool_is_still_locked(bool streamed)
    {
        using CheapestCapableChatClient router = Three(cheapBreaks: true);
        Assert.Equal("middle", await StepAsync(router, streamed, "Oslo"));

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(("middle", "locked"), await ExplainAsync(router));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task At_a_safe_boundary_a_conversation_that_has_gone_cold_goes_to_the_cheapest_again(bool streamed)
    {
        using CheapestCapableChatClient router = Three(cheapBreaks: true);
        await StepAsync(router, streamed, "Oslo");
        _history.AddRange([new(ChatRole.Assistant, "sunny"), new(ChatRole.User, "and tomorrow?")]);

        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal("cheap", (await ExplainAsync(router)).Chosen);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task What_was_moved_up_stays_up_though_it_has_gone_cold_until_the_conversation_begins_anew(bool streamed)
    {
        using CheapestCapableChatClient router = Three();
        for (int i = 0; i < 3; i++)
        {
            await StepAsync(router, streamed, "Oslo");
        }

        Assert.Equal("middle", await StepAsync(router, streamed, "Bergen"));
        _history.AddRange([new(ChatRole.Assistant, "sunny"), new(ChatRole.User, "and tomorrow?")]);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(("middle", "stays-escalated"), await ExplainAsync(router));

        _history.RemoveRange(1, _history.Count - 1);
        _history.AddRange([new(ChatRole.Assistant, "foggy"), new(ChatRole.User, "and in Rome?")]);
        Assert.Equal("cheap", (await ExplainAsync(router)).Chosen);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_loop_that_got_stuck_in_another_process_moves_up_here_and_stays(bool streamed)
    {
        using (CheapestCapableChatClient first = Three())
        {
            for (int i = 0; i < 3; i++)
            {
                await StepAsync(first, streamed, "Oslo");
            }
        }

        using CheapestCapableChatClient second = Three();
        Assert.Equal(("middle", "stall-repeated-call"), await ExplainAsync(second));
        Assert.Equal("middle", await StepAsync(second, streamed, "Bergen"));
        Assert.Equal("middle", await StepAsync(second, streamed, "Tromso"));
    }

    [Fact]
    public void A_map_that_is_full_keeps_what_was_used_last_and_never_more_than_twice_its_size()
    {
        var map = new TwoAgeMap<string>(100);
        for (int i = 0; i < 10_000; i++)
        {
            map.Set((UInt128)i, "value");
            Assert.NotNull(map.Find(0));
        }

        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => map.Find((UInt128)i) is not null), 100, 202);
        Assert.NotNull(map.Find(9_999));
    }

    private CheapestCapableChatClient Three(bool cheapBreaks = false)
    {
        // The cheap one fails once, so that the conversation begins with the middle one.
        bool breaks = cheapBreaks;
        var cheap = new ScriptedChatClient((_, _) =>
        {
            bool now = breaks;
            breaks = false;
            return now ? Task.FromException<ChatResponse>(Http(500)) : Task.FromResult(ScriptedChatClient.Answer("cheap"));
        });
        return new CheapestCapableChatClient(
            [Leg("cheap", 1, cheap), Leg("middle", 3, new ScriptedChatClient("middle")), Leg("dear", 10, new ScriptedChatClient("dear"))],
            new RoutingOptions { RetriesPerModel = 0 },
            TokenCounters.Shared,
            _time);
    }

    private async Task<(string? Chosen, string Reason)> ExplainAsync(CheapestCapableChatClient router)
    {
        RoutingDecision decision = await router.ExplainAsync(_history, Options);
        return (decision.ChosenModelId, decision.Reason);
    }

    private async Task<string> StepAsync(IChatClient router, bool streamed, string city)
    {
        string who = (await router.AskAsync(streamed, [.. _history], Options)).Text;
        _history.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("call_1", "weather", new Dictionary<string, object?> { ["city"] = city })]));
        _history.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("call_1", "fog")]));
        return who;
    }
}
