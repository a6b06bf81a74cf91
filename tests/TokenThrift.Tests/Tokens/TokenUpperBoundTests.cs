using System.Text;
using CsCheck;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Tokens;

public class TokenUpperBoundTests
{
    private static readonly string[] Models = ["gpt-5.5", "gpt-4", "claude-opus-4-8", "gemini-3.5-flash", "qwen3.7-max", "deepseek-v4-pro", "mistral-large-2512", "kimi-k2.6"];
    private static readonly string[] Odd = ["🇩🇪", "👩‍👩‍👧", "\u0300\u0301", "<|endoftext|>", "﷽", "\ud83d", "𝔘", "zz"];
    private readonly TokenCounters _counters = new();

    private static readonly Gen<string> Hard = Gen.OneOf(
        Gen.String,
        Gen.Char['\u4e00', '\u9fff'].Array[0, 60].Select(c => new string(c)),
        Gen.Int[0, Odd.Length - 1].Select(i => Odd[i]).Array[0, 40].Select(string.Concat));

    [Fact]
    public void No_text_exceeds_the_bound() => Hard.Sample(
        text =>
        {
            ChatMessage[] messages = [new(ChatRole.User, text)];
            return Models.All(id =>
            {
                ITokenCounter counter = _counters.For(ModelCatalog.Default.Find(id));
                long bound = counter.UpperBound(messages, null)!.Value;
                return bound >= Encoding.UTF8.GetByteCount(text) && bound >= counter.Count(messages, null);
            });
        },
        iter: 500);

    [Fact]
    public void No_arguments_exceed_the_bound_however_they_are_escaped() => Hard.Sample(
        text =>
        {
            string escaped = string.Concat(text.Select(c => $"\\u{(int)c:X4}"));
            ChatMessage[] messages = [new(ChatRole.Assistant, [new FunctionCallContent("id", "f", new Dictionary<string, object?> { ["a"] = text })])];
            bool needsEscape = text.All(c => c is < ' ' or > '~');
            return !needsEscape || _counters.For(ModelCatalog.Default.Find("gpt-5.5")).UpperBound(messages, null) >= escaped.Length;
        },
        iter: 300);

    [Theory]
    [InlineData("ﷺ", 33)]
    [InlineData("½", 5)]
    [InlineData("\u0958", 6)]
    [InlineData("🉀", 9)]
    public void Text_that_grows_when_it_is_normalised_is_bounded_by_what_it_grows_to(string text, int bytes) =>
        Assert.True(TokenBound.Text(text).Tokens(TokenBound.UnknownNormalisation) >= bytes);

    [Theory]
    [InlineData("月末结账核对银行")]
    [InlineData("한국어 텍스트")]
    [InlineData("Größe ändern")]
    [InlineData("Закрытие месяца")]
    [InlineData("😀🤖")]
    public void Ordinary_text_keeps_a_tight_bound_under_any_normalisation(string text) =>
        Assert.Equal(Encoding.UTF8.GetByteCount(text), TokenBound.Text(text).Tokens(TokenBound.UnknownNormalisation));

    [Fact]
    public void The_bound_covers_instructions_tools_and_formats()
    {
        ITokenCounter counter = _counters.For(ModelCatalog.Default.Find("gpt-5.5"));
        ChatMessage[] messages = [new(ChatRole.User, "hello")];
        long bare = counter.UpperBound(messages, null)!.Value;
        var options = new ChatOptions { Instructions = new string('x', 1000), Tools = [AIFunctionFactory.Create((string a) => a, "echo", new string('d', 1000))] };
        Assert.True(counter.UpperBound(messages, options) >= bare + 2000);
        Assert.True(counter.UpperBound(messages, options) >= counter.Count(messages, options));
    }

    [Fact]
    public void What_cannot_be_bounded_has_no_bound()
    {
        ITokenCounter counter = _counters.For(ModelCatalog.Default.Find("gpt-5.5"));
        ChatMessage[] text = [new(ChatRole.User, "hello")];
        Assert.Null(counter.UpperBound([new ChatMessage(ChatRole.User, [new UriContent("https://example.com/a.png", "image/png")])], null));
        Assert.Null(counter.UpperBound([new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])], null));
        Assert.Null(counter.UpperBound([new ChatMessage(ChatRole.User, [new HostedFileContent("f")])], null));
        Assert.Null(counter.UpperBound(text, new ChatOptions { ConversationId = "held-by-the-provider" }));
        Assert.Null(counter.UpperBound(text, new ChatOptions { Tools = [new HostedWebSearchTool()] }));
        Assert.NotNull(counter.UpperBound(text, new ChatOptions { ModelId = "gpt-5.5" }));
    }
}
