using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;

namespace TokenThrift.Tokens;

/// <summary>Counts with OpenAI's o200k encoding.</summary>
internal sealed class O200kTokenCounter : ITokenCounter
{
    private readonly TiktokenTokenizer _tokenizer = TiktokenTokenizer.CreateForEncoding("o200k_base");

    public string Name => "o200k";

    public bool IsExact => true;

    public double Margin => 0;

    public int CountText(ReadOnlySpan<char> text) => _tokenizer.CountTokens(text);

    public int CountMessage(ChatMessage message) => CountText(message.Text) + 4;

    public int CountOptions(ChatOptions? options) => options?.Instructions is { } text ? CountText(text) + 4 : 0;

    public int Count(IEnumerable<ChatMessage> messages, ChatOptions? options) => messages.Sum(CountMessage) + CountOptions(options) + 3;

    public long? UpperBound(IEnumerable<ChatMessage> messages, ChatOptions? options) => messages.Sum(m => (System.Text.Encoding.UTF8.GetByteCount(m.Text) * 2L) + 16);
}
