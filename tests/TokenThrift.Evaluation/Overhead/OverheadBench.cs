using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using TokenThrift.Tokens;

namespace TokenThrift.Evaluation.Overhead;

/// <summary>One request of a size, asked again and again.</summary>
internal sealed class OverheadBench : IDisposable
{
    private const int HistoryMessages = 8;

    // The runtime compiles a method well only after it has run often and for a while. A package that comes precompiled, as the
    // reference's does, would otherwise be measured as it runs for days, and ours as it runs in its first moment.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);

    private readonly OverheadLeaf _leaf = new();
    private readonly ChatMessage[] _history;
    private readonly bool _isHit;
    private readonly int _calls;
    private int _next;

    public OverheadBench(int tokens, bool isHit, int calls)
    {
        _isHit = isHit;
        _calls = calls;
        _history = [.. Enumerable.Range(0, HistoryMessages).Select(i => new ChatMessage(
            i == 0 ? ChatRole.System : i % 2 == 1 ? ChatRole.User : ChatRole.Assistant, Words(tokens / HistoryMessages, i)))];
    }

    public void Dispose() => _leaf.Dispose();

    /// <summary>Measures a client, built afresh, after a warm-up.</summary>
    public OverheadSample Run(Func<IChatClient, IChatClient> build)
    {
        IChatClient client = build(_leaf);
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < _calls / 4 || Stopwatch.GetElapsedTime(began) < WarmUp; i++)
        {
            Ask(client);
        }

        GC.Collect();
        double[] micros = new double[_calls];
        long[] bytes = new long[_calls];
        for (int i = 0; i < _calls; i++)
        {
            ChatMessage[] messages = Request();
            long before = GC.GetAllocatedBytesForCurrentThread();
            long started = Stopwatch.GetTimestamp();
            client.GetResponseAsync(messages).GetAwaiter().GetResult();
            micros[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            bytes[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Array.Sort(micros);
        Array.Sort(bytes);
        return new OverheadSample(micros[_calls / 2], micros[_calls * 99 / 100], bytes[_calls / 2]);
    }

    private void Ask(IChatClient client) => client.GetResponseAsync(Request()).GetAwaiter().GetResult();

    // The history is the same objects each time, as in a function loop; only the last message is new.
    private ChatMessage[] Request() =>
        [.. _history, new ChatMessage(ChatRole.User, _isHit ? "the same question" : "question " + (_next++).ToString(CultureInfo.InvariantCulture))];

    private static string Words(int tokens, int seed)
    {
        var random = new Random(seed);
        string[] words = ["invoice", "ledger", "account", "total", "balance", "payment", "supplier", "order", "April", "net", "gross", "due", "the", "of", "and", "41", "1,204.50"];
        string text = string.Join(' ', Enumerable.Range(0, tokens).Select(_ => words[random.Next(words.Length)]));
        ITokenCounter counter = TokenCounters.Shared.For(null);
        int counted = Math.Max(1, counter.CountText(text));
        return text[..Math.Min(text.Length, (int)((long)text.Length * tokens / counted))];
    }
}
