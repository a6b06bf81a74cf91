using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Tokens;

public class TextMemoTests
{
    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 200));

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("long")]
    public void A_remembered_text_measures_as_a_new_one(string text)
    {
        text = text == "long" ? Long + " 日本語 ёлка" : text;
        var memo = new TextMemo(10);
        Assert.Equal(TextMeasure.Of(text), memo.Of(text));
        Assert.Equal(TextMeasure.Of(text), memo.Of(text));
    }

    [Fact]
    public void A_long_text_is_tokenised_once()
    {
        var memo = new TextMemo(10);
        TextMeasure first = memo.Of(Long);
        Assert.Same(first, memo.Of(new string(Long)));
        Assert.NotSame(first, memo.Of(Long + "!"));
    }

    [Theory]
    [InlineData("gpt-5.5")]
    [InlineData("claude-opus-4.6")]
    [InlineData("qwen3.7-max")]
    public void A_text_counts_the_same_alone_and_remembered_from_a_message(string id)
    {
        var model = new ModelInfo(id);
        int alone = new TokenCounters().For(model).CountText(Long);
        var counters = new TokenCounters();
        _ = counters.For(model).CountMessage(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("1", Long)]));
        Assert.Equal(alone, counters.For(model).CountText(Long));
    }
}
