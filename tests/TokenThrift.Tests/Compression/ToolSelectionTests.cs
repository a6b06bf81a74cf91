using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Compression;

public sealed class ToolSelectionTests
{
    private const string Find = "thrift_find_tools";

    private static readonly (string Name, string Description)[] Offered =
    [
        ("book_flight", "Books a flight between two airports."), ("cancel_flight", "Cancels a booked flight."), ("get_weather", "Returns the weather forecast of a city."),
        ("post_invoice", "Posts a supplier's invoice to the ledger."), ("pay_invoice", "Pays an invoice from a bank account."), ("list_accounts", "Lists bank accounts with their balances."),
        ("play_song", "Plays music by an artist."), ("set_alarm", "Sets an alarm clock."),
    ];

    private readonly List<string> _ran = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_model_finds_a_hidden_tool_and_the_loop_of_the_application_runs_it(bool streamed)
    {
        using var model = new ScriptedChatClient(call => call.Index switch
        {
            0 => Search("play a song by someone", "Let me see."),
            1 => ScriptedChatClient.ToolCall("play_song"),
            _ => ScriptedChatClient.Answer("It plays."),
        });
        using IChatClient client = model.AsBuilder().UseFunctionInvocation().UseToolSelection(Two).Build();

        ChatResponse response = await client.AskAsync(streamed, "Book a flight to Oslo and cancel my flight to Rome", Options());

        Assert.EndsWith("It plays.", response.Text, StringComparison.Ordinal);
        Assert.Equal(["play_song"], _ran);
        Assert.DoesNotContain(response.Messages.SelectMany(m => m.Contents), content => content is FunctionCallContent { Name: Find });
        Assert.Equal(["book_flight", "cancel_flight", Find], Names(model, 0));
        Assert.Equal(["book_flight", "cancel_flight", Find, "play_song"], Names(model, 1));
        Assert.Equal(Names(model, 1), Names(model, 2));
        Assert.Contains("- play_song: Plays music by an artist.", model.Calls[1].Messages[^1].ResultText(), StringComparison.Ordinal);
        Assert.Equal(30, response.Usage!.InputTokenCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_search_beside_a_call_of_the_application_takes_effect_with_the_next_request(bool streamed)
    {
        using var model = new ScriptedChatClient(call => call.Index switch
        {
            0 => Answer(ChatFinishReason.ToolCalls, new FunctionCallContent("f1", Find, Query("pay an invoice")), new FunctionCallContent("c1", "book_flight")),
            1 => ScriptedChatClient.ToolCall("pay_invoice", id: "c2"),
            _ => ScriptedChatClient.Answer("Done."),
        });
        using IChatClient client = model.AsBuilder().UseFunctionInvocation().UseToolSelection(Two).Build();

        ChatResponse response = await client.AskAsync(streamed, "Book a flight to Oslo and cancel my flight to Rome", Options());

        Assert.Equal("Done.", response.Text);
        Assert.Equal(["book_flight", "pay_invoice"], _ran);
        Assert.Equal(["book_flight", "cancel_flight", Find, "pay_invoice"], Names(model, 1).Take(4));
        Assert.DoesNotContain(model.Calls[1].Messages.SelectMany(m => m.Contents), content => content is FunctionCallContent { Name: Find });
    }

    [Fact]
    public async Task What_was_shown_stays_in_its_place_through_the_session_and_after_a_restart()
    {
        using var model = new ScriptedChatClient(call => call.Messages[^1].Text == "Play something" && call.Messages[^1].Role == ChatRole.User && !call.Options!.Tools!.Any(t => t.Name == "play_song")
            ? Search("music") : ScriptedChatClient.Answer("fine"));
        using IChatClient client = model.AsBuilder().UseToolSelection(Two).Build();
        List<ChatMessage> messages = [new(ChatRole.System, "You help. Use set_alarm for alarms."), new(ChatRole.User, "Book or cancel a flight")];
        await client.GetResponseAsync(messages, Options());
        messages.AddRange([new(ChatRole.Assistant, "fine"), new(ChatRole.User, "Play something")]);
        await client.GetResponseAsync(messages, Options());
        messages.AddRange(
        [
            new(ChatRole.Assistant, [new FunctionCallContent("c1", "play_song"), new FunctionCallContent("c2", "get_weather")]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", "ok"), new FunctionResultContent("c2", "sun")]),
        ]);
        await client.GetResponseAsync(messages, Options());

        Assert.Equal(["book_flight", "cancel_flight", "set_alarm", Find], Names(model, 0));
        Assert.Equal(["book_flight", "cancel_flight", "set_alarm", Find, "play_song", "get_weather"], Names(model, 3));

        using IChatClient restarted = model.AsBuilder().UseToolSelection(Two).Build();
        await restarted.GetResponseAsync(messages, Options());
        Assert.Equal(Names(model, 3), Names(model, 4));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_only_searches_is_stopped(bool streamed)
    {
        using var model = new ScriptedChatClient(_ => Search("quantum entanglement"));
        using IChatClient client = model.AsBuilder().UseToolSelection(o => (o.MaximumTools, o.MaximumSearches) = (2, 2)).Build();

        ChatResponse response = await client.AskAsync(streamed, "Book a flight", Options());

        Assert.Equal(4, model.Calls.Count);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.DoesNotContain(response.Messages.SelectMany(m => m.Contents), content => content is FunctionCallContent);
        Assert.StartsWith("None of the 6 other tools fits. Their names: get_weather,", model.Calls[1].Messages[^1].ResultText(), StringComparison.Ordinal);
        Assert.StartsWith("No more tools", model.Calls[3].Messages[^1].ResultText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_few_tools_or_a_tool_of_the_same_name_nothing_is_done()
    {
        using var model = new ScriptedChatClient("fine");
        using IChatClient client = model.AsBuilder().UseToolSelection(o => o.MaximumTools = 8).Build();
        ChatOptions few = Options();
        await client.GetResponseAsync("Book a flight", few);
        Assert.Equal(few.Tools, model.Calls[0].Options!.Tools);

        using IChatClient other = model.AsBuilder().UseToolSelection(Two).Build();
        ChatOptions taken = Options();
        taken.Tools!.Add(AIFunctionFactory.Create(() => "mine", Find));
        await other.GetResponseAsync("Book a flight", taken);
        Assert.Equal(taken.Tools, model.Calls[1].Options!.Tools);
    }

    [Fact]
    public async Task It_is_switched_on_by_one_option_of_compression()
    {
        using var model = new ScriptedChatClient("fine");
        using IChatClient client = model.AsBuilder().UsePromptCompression(o => o.MaximumTools = 2).Build();
        await client.GetResponseAsync("Book a flight or cancel a flight", Options());
        Assert.Equal(["book_flight", "cancel_flight", Find], Names(model, 0));
    }

    [Theory]
    [InlineData(0, 1, 1, "MaximumTools")]
    [InlineData(1, -1, 1, "MaximumSearches")]
    [InlineData(1, 17, 1, "MaximumSearches")]
    [InlineData(1, 1, 0, "ToolsPerSearch")]
    public void Options_out_of_their_limits_are_refused(int tools, int searches, int perSearch, string name)
    {
        var options = new ToolSelectionOptions { MaximumTools = tools, MaximumSearches = searches, ToolsPerSearch = perSearch };
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => new ToolSelectingChatClient(new ScriptedChatClient("x"), options)).Message, StringComparison.Ordinal);
    }

    private static void Two(ToolSelectionOptions options) => (options.MaximumTools, options.ToolsPerSearch) = (2, 2);

    private static string[] Names(ScriptedChatClient model, int call) => [.. model.Calls[call].Options!.Tools!.Select(tool => tool.Name)];

    private static Dictionary<string, object?> Query(string query) => new() { ["query"] = query };

    private static ChatResponse Search(string query, string? text = null) => text is null
        ? Answer(ChatFinishReason.ToolCalls, new FunctionCallContent(Guid.NewGuid().ToString(), Find, Query(query)))
        : Answer(ChatFinishReason.ToolCalls, new TextContent(text), new FunctionCallContent(Guid.NewGuid().ToString(), Find, Query(query)));

    private static ChatResponse Answer(ChatFinishReason reason, params AIContent[] contents) => new(new ChatMessage(ChatRole.Assistant, contents))
    {
        FinishReason = reason,
        Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5 },
    };

    private ChatOptions Options() => new()
    {
        Tools = [.. Offered.Select(tool => AIFunctionFactory.Create(
            () =>
            {
                _ran.Add(tool.Name);
                return "ok";
            },
            tool.Name,
            tool.Description))],
    };
}
