using System.ComponentModel;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;
using TokenThrift.Models;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Tokens;

public class TokenCounterTests
{
    private static readonly TiktokenTokenizer Raw = TiktokenTokenizer.CreateForEncoding("o200k_base");
    private readonly TokenCounters _counters = new();

    private ITokenCounter OpenAi => _counters.For(ModelCatalog.Default.Find("gpt-5.5"));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Close the month of June for all entities, please.")]
    [InlineData("{\"entity\":\"DE-01\",\"balance\":-1204.55,\"notes\":[null,true]}")]
    [InlineData("月末结账：核对银行对账单与总账。")]
    [InlineData("Ⅷ ½ é é 🇩🇪 👩‍👩‍👧 \ud800 ﷺ")]
    [InlineData("public static int Main() => 0; // \t\r\n\r\n   end")]
    public void Plain_text_is_counted_as_the_models_own_tokenizer_counts_it(string text) => Assert.Equal(Raw.CountTokens(text), OpenAi.CountText(text));

    [Fact]
    public void Any_plain_text_is_counted_as_the_raw_tokenizer_counts_it() =>
        Gen.String.Sample(text => text.Contains("<|endof", StringComparison.Ordinal) || Raw.CountTokens(text) == OpenAi.CountText(text), iter: 2_000);

    [Fact]
    public void The_name_of_a_special_token_in_a_message_is_billed_as_text() => Assert.InRange(OpenAi.CountText("<|endoftext|>"), 5, 9);

    [Fact]
    public void A_message_costs_its_role_and_marks_beside_its_text()
    {
        // OpenAI's cookbook: 3 a message, 1 for the role, 3 for the start of the answer.
        int text = Raw.CountTokens("How are you?");
        Assert.Equal(text + 4, OpenAi.CountMessage(new ChatMessage(ChatRole.User, "How are you?")));
        Assert.Equal(text + 4 + 3, OpenAi.Count([new ChatMessage(ChatRole.User, "How are you?")], null));
        Assert.Equal(text + 4 + Raw.CountTokens("Ada") + 1, OpenAi.CountMessage(new ChatMessage(ChatRole.User, "How are you?") { AuthorName = "Ada" }));
    }

    [Fact]
    public void Calls_results_tools_instructions_and_formats_are_counted()
    {
        AIFunction tool = AIFunctionFactory.Create(Balance);
        var call = new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("c1", "balance", new Dictionary<string, object?> { ["entity"] = "DE-01" })]);
        var result = new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c1", JsonDocument.Parse("""{"balance":12.5}""").RootElement)]);
        Assert.True(OpenAi.CountMessage(call) > Raw.CountTokens("balance{\"entity\":\"DE-01\"}"));
        Assert.True(OpenAi.CountMessage(result) >= Raw.CountTokens("{\"balance\":12.5}") + 4);
        Assert.True(OpenAi.CountOptions(new ChatOptions { Tools = [tool] }) > Raw.CountTokens(tool.Description));
        Assert.Equal(Raw.CountTokens("Be brief.") + 4, OpenAi.CountOptions(new ChatOptions { Instructions = "Be brief." }));
        Assert.True(OpenAi.CountOptions(new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema<Answer>() }) > 10);
        Assert.Equal(0, OpenAi.CountOptions(new ChatOptions { ResponseFormat = ChatResponseFormat.Text }));
        Assert.Equal(0, OpenAi.CountOptions(null));
    }

    [Fact]
    public void Two_results_in_one_message_are_two_messages_on_the_wire()
    {
        var one = new ChatMessage(ChatRole.Tool, [new FunctionResultContent("a", "x")]);
        var two = new ChatMessage(ChatRole.Tool, [new FunctionResultContent("a", "x"), new FunctionResultContent("b", "x")]);
        Assert.Equal(2 * OpenAi.CountMessage(one), OpenAi.CountMessage(two));
    }

    [Fact]
    public void A_message_that_was_changed_between_calls_is_counted_anew()
    {
        var message = new ChatMessage(ChatRole.User, "one");
        int before = OpenAi.Count([message], null);
        long? bound = OpenAi.UpperBound([message], null);
        message.Contents[0] = new TextContent(string.Join(' ', Enumerable.Repeat("word", 500)));
        Assert.Equal(before - Raw.CountTokens("one") + Raw.CountTokens(message.Text), OpenAi.Count([message], null));
        Assert.True(OpenAi.UpperBound([message], null) > bound);
        ((TextContent)message.Contents[0]).Text = "one";
        Assert.Equal(before, OpenAi.Count([message], null));
    }

    [Fact]
    public void A_tool_argument_that_was_changed_between_calls_is_counted_anew()
    {
        var arguments = new Dictionary<string, object?> { ["q"] = "x" };
        var message = new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("c", "f", arguments)]);
        int before = OpenAi.CountMessage(message);
        arguments["q"] = string.Join(' ', Enumerable.Repeat("word", 100));
        Assert.True(OpenAi.CountMessage(message) > before + 90);
    }

    [Fact]
    public void Families_without_a_public_tokenizer_state_their_margin()
    {
        Assert.True(OpenAi.IsExact);
        Assert.Equal(0, OpenAi.Margin);
        foreach (string id in new[] { "claude-opus-4-8", "gemini-3.5-flash", "deepseek-v4-pro", "qwen3.7-max", "kimi-k2.6", "glm-5.2", "MiniMax-M3", "mistral-large-2512", "grok-4.3", "command-a-03-2025", "amazon.nova-pro-v1:0", "gpt-4-turbo", "gpt-3.5-turbo", "text-embedding-3-small" })
        {
            ITokenCounter counter = _counters.For(ModelCatalog.Default.Find(id)!);
            Assert.False(counter.IsExact, id);
            Assert.InRange(counter.Margin, 0.05, 0.5);
            Assert.EndsWith("-estimate", counter.Name, StringComparison.Ordinal);
        }

        Assert.False(_counters.For(null).IsExact);
        Assert.Same(_counters.For(null), _counters.For(new ModelInfo("something-else")));
    }

    [Theory]
    [InlineData("gpt-5.5", "o200k")]
    [InlineData("azure/gpt-4o", "o200k")]
    [InlineData("o3", "o200k")]
    [InlineData("openai.gpt-oss-120b", "o200k")]
    [InlineData("gpt-4.1", "o200k")]
    [InlineData("gpt-4", "cl100k-estimate")]
    [InlineData("eu.anthropic.claude-sonnet-4-6", "claude-estimate")]
    [InlineData("eu.anthropic.claude-sonnet-5", "claude-4.7-estimate")]
    [InlineData("us.meta.llama4-scout-17b-instruct-v1:0", "llama-estimate")]
    [InlineData("qwen.qwen3-32b-v1:0", "qwen-estimate")]
    public void The_family_follows_the_model_whoever_hosts_it(string id, string name) => Assert.Equal(name, _counters.For(ModelCatalog.Default.Find(id)!).Name);

    [Fact]
    public void Pictures_count_by_their_size()
    {
        byte[] png = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 3, 0xE8, 0, 0, 3, 0xE8, 0, 0];
        ITokenCounter claude = _counters.For(ModelCatalog.Default.Find("claude-opus-4-8"));
        int tokens = claude.CountMessage(new ChatMessage(ChatRole.User, [new DataContent(png, "image/png")]));
        Assert.InRange(tokens, 1_000_000 / 750, (1_000_000 / 750) + 200);
        Assert.True(claude.CountMessage(new ChatMessage(ChatRole.User, [new UriContent("https://example.com/a.png", "image/png")])) > 1_000);
    }

    [Fact]
    public void Counting_from_many_threads_gives_one_answer()
    {
        ChatMessage[] messages = [.. Enumerable.Range(0, 200).Select(i => new ChatMessage(ChatRole.User, $"message {i} of the thread"))];
        int expected = OpenAi.Count(messages, null);
        var fresh = new TokenCounters();
        Parallel.For(0, 64, _ => Assert.Equal(expected, fresh.For(ModelCatalog.Default.Find("gpt-5.5")).Count(messages, null)));
    }

    [Description("Reads the balance of an entity.")]
    private static decimal Balance([Description("The entity.")] string entity, int year = 2026) => entity.Length + year;

    internal sealed record Answer(string Text, decimal Amount);
}
