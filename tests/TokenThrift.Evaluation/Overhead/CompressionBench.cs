using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Tokens;

namespace TokenThrift.Evaluation.Overhead;

/// <summary>
/// An agent's conversation that grows by one tool result a call: what compression adds to a call, beside what the raw tokenizer
/// takes to count the tokens of what is new in it. No result was seen before, and every call is the next of its conversation.
/// </summary>
internal static class CompressionBench
{
    private const int NewCharacters = 8_000;
    private const int OldCharacters = 2_000;
    private const int CharactersPerToken = 4;
    private const int CallsPerConversation = 7;
    private const int SeedsPerConversation = 1_000;

    // As for the decorators: what is precompiled would otherwise be compared with what is not compiled well yet.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly TiktokenTokenizer Tokenizer = TiktokenTokenizer.CreateForEncoding("o200k_base");

    /// <summary>Measures histories of some sizes.</summary>
    /// <param name="histories">The tokens of the histories.</param>
    /// <param name="calls">How many calls each is measured over, at least.</param>
    public static IReadOnlyList<CompressionSample> Run(IReadOnlyList<int> histories, int calls)
    {
        int conversations = Math.Max(4, (calls / CallsPerConversation) + 1);
        long began = Stopwatch.GetTimestamp();
        for (int i = 1; Stopwatch.GetElapsedTime(began) < WarmUp; i++)
        {
            Converse(histories[i % histories.Count], -i * SeedsPerConversation);
        }

        var samples = new List<(int History, string Kind, double Compress, double Count)>();
        for (int i = 0; i < conversations; i++)
        {
            foreach (int history in histories)
            {
                samples.AddRange(Converse(history, i * SeedsPerConversation).Select(call => (history, call.Kind, call.Compress, call.Count)));
            }
        }

        return [.. histories.Select(history => CompressionSample.Of(history, [.. samples.Where(s => s.History == history).Select(s => (s.Kind, s.Compress, s.Count))]))];
    }

    private static List<(string Kind, double Compress, double Count)> Converse(int history, int seed)
    {
        using var leaf = new OverheadLeaf(new ModelInfo("overhead") { Prices = new ModelPrices(1_000_000, 4_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 } });
        using var client = new PromptCompressingChatClient(leaf, new PromptCompressionOptions(), new TokenCounters());
        using var idle = new PromptCompressingChatClient(leaf, new PromptCompressionOptions { Enabled = false });
        var messages = new List<ChatMessage> { new(ChatRole.System, "You close the books."), new(ChatRole.User, "Find out why the ledger of period 5 does not balance.") };
        var measured = new List<(string Kind, double Compress, double Count)>();
        int old = history * CharactersPerToken / OldCharacters;
        for (int call = 0; call < old + CallsPerConversation; call++)
        {
            bool isMeasured = call >= old;
            string kind = MadeResults.Kinds[call % MadeResults.Kinds.Count];
            string result = MadeResults.Make(kind, isMeasured ? NewCharacters : OldCharacters, seed + call);
            messages.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent($"call-{seed}-{call}", "run", new Dictionary<string, object?> { ["step"] = $"{kind} {call}" })]));
            messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent($"call-{seed}-{call}", result)]));
            ChatMessage[] request = [.. messages];
            double bare = Time(() => idle.GetResponseAsync(request).GetAwaiter().GetResult());
            // Whichever comes second finds the text in the processor's cache.
            double counted = call % 2 == 0 ? Time(() => Tokenizer.CountTokens(result)) : 0;
            double compressed = Time(() => client.GetResponseAsync(request).GetAwaiter().GetResult());
            counted = call % 2 == 0 ? counted : Time(() => Tokenizer.CountTokens(result));
            if (isMeasured)
            {
                measured.Add((kind, compressed - bare, counted));
            }
        }

        return measured;
    }

    private static double Time(Action work)
    {
        long started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds;
    }
}
