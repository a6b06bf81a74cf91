using System.ComponentModel;
using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Compression.Tools;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Compression;

public sealed class ToolMinifierTests
{
    private const string Schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "type": "object",
          "properties": {
            "user_id":   { "title": "User Id", "type": "string", "description": "Who is\n        asked about.   " },
            "title":     { "title": "The heading", "type": "string", "default": 1.0 },
            "addresses": { "type": "array", "items": { "type": "object", "required": [], "properties": { "city": { "title": "City", "enum": [ "Oslo", "New  York" ] } } } }
          },
          "required": [ "user_id" ],
          "additionalProperties": false
        }
        """;

    [Fact]
    public void What_no_model_reads_is_left_out_and_nothing_else()
    {
        AITool tool = ToolMinifier.Minify(Declare("""
            Finds a user.

              - by id


              - by name

            """, Schema));
        Assert.Equal("Finds a user.\n\n- by id\n\n- by name", tool.Description);
        Assert.Equal(
            """{"type":"object","properties":{"user_id":{"type":"string","description":"Who is\nasked about."},"title":{"title":"The heading","type":"string","default":1.0},"addresses":{"type":"array","items":{"type":"object","properties":{"city":{"enum":["Oslo","New  York"]}}}}},"required":["user_id"],"additionalProperties":false}""",
            ((AIFunctionDeclaration)tool).JsonSchema.GetRawText());
        Assert.Same(tool, ToolMinifier.Minify(tool));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_model_sees_the_short_form_and_the_loop_runs_the_tool(bool streamed)
    {
        [Description("  Adds two numbers.\n\n\n  Both are whole.  ")]
        static int Add(int first, int second) => first + second;
        AIFunction function = AIFunctionFactory.Create(Add, "add");
        using var model = new ScriptedChatClient(call => call.Messages[^1].Role == ChatRole.Tool
            ? ScriptedChatClient.Answer(call.Messages[^1].Contents.OfType<FunctionResultContent>().Single().Result!.ToString()!) : ScriptedChatClient.ToolCall("add", new Dictionary<string, object?> { ["first"] = 2, ["second"] = 3 }));
        using IChatClient client = model.AsBuilder().UseFunctionInvocation().UsePromptCompression().Build();
        var options = new ChatOptions { Tools = [function] };

        ChatResponse response = await client.AskAsync(streamed, "add", options);

        Assert.Equal("5", response.Text);
        Assert.Equal("Adds two numbers.\n\nBoth are whole.", model.Calls[0].Options!.Tools![0].Description);
        Assert.Same(function, options.Tools[0]);
        Assert.Equal(JsonSerializer.Serialize(function.AdditionalProperties), JsonSerializer.Serialize(((AIFunction)model.Calls[0].Options!.Tools![0]).AdditionalProperties));
    }

    [Fact]
    public async Task Tools_that_are_short_already_are_passed_on_as_they_are()
    {
        AIFunctionDeclaration tool = Declare("Finds a user.", """{"type":"object","properties":{"id":{"type":"string"}}}""");
        using var model = new ScriptedChatClient("fine");
        using IChatClient client = model.AsBuilder().UsePromptCompression().Build();
        await client.GetResponseAsync("hello", new ChatOptions { Tools = [tool, new HostedWebSearchTool()] });
        Assert.Same(tool, model.Calls[0].Options!.Tools![0]);
    }

    private static AIFunctionDeclaration Declare(string description, string schema) =>
        AIFunctionFactory.CreateDeclaration("find_user", description, JsonDocument.Parse(schema).RootElement);
}
