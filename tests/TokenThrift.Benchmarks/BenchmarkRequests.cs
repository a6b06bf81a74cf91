using Microsoft.Extensions.AI;

namespace TokenThrift.Benchmarks;

/// <summary>Requests of a given size: a system prompt, a question, and a growing chain of tool calls and results.</summary>
internal static class BenchmarkRequests
{
    private const int WordsPerResult = 400;

    /// <summary>Makes a conversation of about that many o200k tokens.</summary>
    public static List<ChatMessage> Conversation(int tokens, int seed = 1)
    {
        var random = new Random(seed);
        List<ChatMessage> messages = [new(ChatRole.System, "You close the books of a group of companies."), new(ChatRole.User, "Reconcile the bank to the ledger.")];
        for (int used = 40, call = 0; used < tokens; used += WordsPerResult * 2, call++)
        {
            messages.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent($"call_{call}", "read_ledger", new Dictionary<string, object?> { ["page"] = call })]));
            string rows = string.Join('\n', Enumerable.Range(0, WordsPerResult / 4).Select(i => $"2026-06-{1 + (i % 28):D2} invoice {random.Next(100_000)} amount {random.Next(10_000)}"));
            messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent($"call_{call}", rows)]));
        }

        return messages;
    }
}
