using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;
using TokenThrift.Models;
using TokenThrift.Tokens;

namespace TokenThrift.Benchmarks;

/// <summary>Counting a conversation: the raw tokenizer, the first count, and the count of a conversation that has grown by a turn.</summary>
[MemoryDiagnoser]
public class TokenCountBenchmarks
{
    private readonly TiktokenTokenizer _raw = TiktokenTokenizer.CreateForEncoding("o200k_base");
    private readonly List<ChatMessage> _messages = BenchmarkRequests.Conversation(50_000);
    private readonly ITokenCounter _warm = TokenCounters.Shared.For(ModelCatalog.Default.Find("gpt-5.5"));
    private int _turn;

    /// <summary>The tokenizer alone on all text.</summary>
    /// <returns>The tokens.</returns>
    [Benchmark(Baseline = true)]
    public int Raw_tokenizer() => _messages.Sum(m => m.Contents.Sum(c => c switch
    {
        TextContent text => _raw.CountTokens(text.Text),
        FunctionResultContent { Result: string result } => _raw.CountTokens(result),
        _ => 0,
    }));

    /// <summary>A conversation that was never seen.</summary>
    /// <returns>The tokens.</returns>
    [Benchmark]
    public int First_count() => new TokenCounters().For(ModelCatalog.Default.Find("gpt-5.5")).Count(_messages, null);

    /// <summary>A conversation of which all but the last message was counted before.</summary>
    /// <returns>The tokens.</returns>
    [Benchmark]
    public int Grown_by_a_turn() => _warm.Count([.. _messages, new ChatMessage(ChatRole.User, $"turn {_turn++}")], null);
}
