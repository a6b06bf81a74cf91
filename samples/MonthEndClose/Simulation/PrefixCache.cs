using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>A provider's prompt cache: the longest opening of a request that was sent before, byte for byte, and not too long ago.</summary>
/// <remarks>As OpenAI publishes it: from 1,024 tokens, in steps of 128, kept for some minutes after the last use, one cache a model.</remarks>
internal sealed class PrefixCache(ProviderTokenizer tokenizer, TimeProvider time)
{
    private const int MinimumTokens = 1024;
    private const int Step = 128;
    private const int ChunkLength = 256;
    private static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(5);
    private readonly Dictionary<(string Model, ulong Chain), DateTimeOffset> _seen = [];
    private readonly Lock _lock = new();

    /// <summary>Returns the tokens of the request that the cache serves, and remembers the request.</summary>
    public int Serve(string model, IReadOnlyList<string> segments)
    {
        DateTimeOffset now = time.GetUtcNow();
        int tokens = 0;
        bool isHit = true;
        ulong chain = 0;
        lock (_lock)
        {
            foreach (string segment in segments)
            {
                int matched = 0;
                for (int at = 0; at < segment.Length; at += ChunkLength)
                {
                    ReadOnlySpan<char> chunk = segment.AsSpan(at, Math.Min(ChunkLength, segment.Length - at));
                    chain = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(chunk), (long)chain);
                    isHit &= _seen.TryGetValue((model, chain), out DateTimeOffset last) && now - last <= TimeToLive;
                    matched += isHit ? chunk.Length : 0;
                    _seen[(model, chain)] = now;
                }

                tokens += matched == segment.Length ? tokenizer.CountSegment(segment) : matched > 0 ? tokenizer.Count(segment[..matched]) : 0;
            }
        }

        return tokens < MinimumTokens ? 0 : tokens / Step * Step;
    }
}
