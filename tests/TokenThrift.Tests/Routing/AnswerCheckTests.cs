using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Models;
using TokenThrift.Routing;

namespace TokenThrift.Tests.Routing;

/// <summary>What the built-in checks find, as tables: the code, or null where an answer passes.</summary>
public class AnswerCheckTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(
        """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":1}},"required":["city"],"additionalProperties":false}""").RootElement;

    private static readonly AIFunctionDeclaration Forecast = AIFunctionFactory.CreateDeclaration("forecast", "The weather to come.", Schema);

    [Theory]
    [InlineData(null, "An answer.", "stop")]
    [InlineData("cut-off", "An answer that goes on and", "length")]
    [InlineData("content-filter", "An answer.", "content_filter")]
    [InlineData("empty", "", "stop")]
    [InlineData("empty", "  \n ", "stop")]
    [InlineData("refusal", "I'm sorry, but I can't help with that.", "stop")]
    [InlineData("refusal", "As an AI, I have no opinion.", "stop")]
    [InlineData("refusal", "Es tut mir leid, aber dabei kann ich nicht helfen.", "stop")]
    [InlineData(null, "You asked whether I can't help with that; I can.", "stop")]
    [InlineData("open-fence", "Here it is:\n```csharp\nvar x = 1;", "stop")]
    [InlineData(null, "Here it is:\n```csharp\nvar x = 1;\n```", "stop")]
    public async Task Plain_answers(string? expected, string text, string finish) =>
        Assert.Equal(expected, (await GatherAsync(new ChatResponse(new ChatMessage(ChatRole.Assistant, text)) { FinishReason = new ChatFinishReason(finish) })).Failure);

    [Fact]
    public async Task An_answer_that_runs_in_circles_fails_and_a_table_does_not()
    {
        string circles = "It began well. " + string.Concat(Enumerable.Repeat("and so on and on ", 60));
        string table = string.Concat(Enumerable.Range(0, 60).Select(i => $"| {i} | {i * i} |\n"));
        string rule = "A heading\n" + new string('-', 500);

        Assert.Equal("repetition", (await GatherAsync(Text(circles))).Failure);
        Assert.Null((await GatherAsync(Text(table))).Failure);
        Assert.Null((await GatherAsync(Text(rule))).Failure);
    }

    [Fact]
    public async Task A_long_answer_is_not_judged_by_its_opening() =>
        Assert.Null((await GatherAsync(Text("I'm sorry, but I can only give an outline. " + string.Join(' ', Enumerable.Range(0, 200).Select(i => $"Point {i} follows."))))).Failure);

    [Theory]
    [InlineData(null, """{"city":"Oslo","days":3}""")]
    [InlineData(null, "```json\n{\"city\":\"Oslo\",}\n```")]
    [InlineData(null, "Here you are: {\"city\":\"Os\nlo\"}")]
    [InlineData("json-invalid", "Oslo, three days")]
    [InlineData("json-invalid", """{"city":"Oslo" """)]
    [InlineData("schema-invalid", """{"days":3}""")]
    [InlineData("schema-invalid", """{"city":"Oslo","days":0}""")]
    [InlineData("schema-invalid", """{"city":"Oslo","days":"3"}""")]
    [InlineData("schema-invalid", """{"city":"Oslo","colour":"red"}""")]
    public async Task Structured_answers_are_read_tolerantly_and_validated(string? expected, string text)
    {
        var options = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema) };

        AnswerEvidence evidence = await GatherAsync(Text(text), options);

        Assert.Equal(expected, evidence.Failure);
        Assert.Equal(expected is null, evidence.Message is null);
    }

    [Theory]
    [InlineData(null, "forecast", """{"city":"Oslo"}""")]
    [InlineData("unknown-tool", "weather", """{"city":"Oslo"}""")]
    [InlineData("arguments-invalid", "forecast", """{"days":2}""")]
    [InlineData("arguments-invalid", "forecast", """{"city":"Oslo","colour":"red"}""")]
    [InlineData("arguments-invalid", "forecast", """{"city":7}""")]
    public async Task Tool_calls_are_validated(string? expected, string name, string arguments)
    {
        var call = new FunctionCallContent("call_1", name, JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments));

        AnswerEvidence evidence = await GatherAsync(new ChatResponse(new ChatMessage(ChatRole.Assistant, [call])), new ChatOptions { Tools = [Forecast] });

        Assert.Equal(expected, evidence.Failure);
    }

    [Fact]
    public async Task The_same_call_twice_is_a_fault_and_two_different_calls_are_not()
    {
        static FunctionCallContent Call(string id, string city) => new(id, "forecast", new Dictionary<string, object?> { ["city"] = city });
        var options = new ChatOptions { Tools = [Forecast] };

        Assert.Equal("duplicate-call", (await GatherAsync(new ChatResponse(new ChatMessage(ChatRole.Assistant, [Call("a", "Oslo"), Call("b", "Oslo")])), options)).Failure);
        Assert.Null((await GatherAsync(new ChatResponse(new ChatMessage(ChatRole.Assistant, [Call("a", "Oslo"), Call("b", "Rome")])), options)).Failure);
    }

    [Theory]
    [InlineData("tool-call-as-text", "<tool_call>{\"name\":\"forecast\"}</tool_call>")]
    [InlineData("tool-call-as-text", "```json\n{\"name\":\"forecast\",\"arguments\":{\"city\":\"Oslo\"}}\n```")]
    [InlineData(null, "{\"name\":\"somebody\",\"arguments\":[]}")]
    [InlineData(null, "I would ask the forecast tool, if you like.")]
    public async Task A_tool_call_written_as_text_is_none(string? expected, string text) =>
        Assert.Equal(expected, (await GatherAsync(Text(text), new ChatOptions { Tools = [Forecast] })).Failure);

    [Fact]
    public async Task A_required_tool_call_that_is_missing_is_a_fault() =>
        Assert.Equal("no-tool-call", (await GatherAsync(Text("It will rain."), new ChatOptions { Tools = [Forecast], ToolMode = ChatToolMode.RequireAny })).Failure);

    [Theory]
    [InlineData("It cannot be determined from what is given.")]
    [InlineData("He paid for it. Then he went to the shop and bought a new car for his mother and then")]
    [InlineData("So the total is $40,00")]
    [InlineData("We can set up the following equation:")]
    public async Task A_doubtful_answer_fails_nothing_and_scores_lower(string text)
    {
        AnswerEvidence doubtful = await GatherAsync(Text(text));
        AnswerEvidence plain = await GatherAsync(Text("He paid for it. Then he went home."));

        Assert.Null(doubtful.Failure);
        Assert.True(doubtful.LogOdds < plain.LogOdds - 1);
    }

    [Theory]
    [InlineData("Oslo")]
    [InlineData("- milk\n- bread from the old bakery at the corner of the street")]
    [InlineData("Dear Ann. All is well.\n\nYours sincerely,\nThe management")]
    public async Task Words_lists_and_short_answers_need_no_full_stop(string text) =>
        Assert.True((await GatherAsync(Text(text))).LogOdds >= (await GatherAsync(Text("He paid. Done."))).LogOdds - 1);

    [Fact]
    public async Task What_a_check_measured_reaches_the_score_and_moves_nothing_by_itself()
    {
        IAnswerCheck measuring = AnswerCheck.From("mine", _ => CheckResult.Pass with { Findings = new Dictionary<string, double> { ["tables"] = 2, ["wild"] = double.MaxValue } });

        AnswerEvidence with = await GatherAsync(Text("Yes."), null, measuring);
        AnswerEvidence without = await GatherAsync(Text("Yes."), null, AnswerCheck.From("mine", _ => CheckResult.Pass));

        Assert.Equal(without.LogOdds, with.LogOdds);
        Assert.Equal(without.Features.Count + 2, with.Features.Count);
        Assert.All(with.Features, f => Assert.InRange(f.Value, -100, 100));
    }

    private static ChatResponse Text(string text) => new(new ChatMessage(ChatRole.Assistant, text)) { FinishReason = ChatFinishReason.Stop };

    private static async Task<AnswerEvidence> GatherAsync(ChatResponse response, ChatOptions? options = null, params IAnswerCheck[] more) =>
        await new AnswerChecker([.. AnswerChecker.BuiltIn, .. more], new RoutingFaults(NullLogger.Instance, TimeProvider.System)).GatherAsync(
            new AnswerCheckContext([new ChatMessage(ChatRole.User, "What now?")], options, response, new ModelInfo("m")), default);
}
