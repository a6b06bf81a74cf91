using Microsoft.Extensions.AI;
using TokenThrift.Evaluation.Replay;

namespace TokenThrift.Evaluation.Compression;

/// <summary>Above a size, old tool results are masked, oldest first, until the prompt is below a target; what is masked stays masked.</summary>
internal sealed class ThresholdPolicy(int trigger, int target) : IReplayPolicy
{
    private const int Keep = 3;
    private readonly MaskPolicy _mask = new(Keep);
    private readonly ReplaySerializer _serializer = new();
    private readonly HashSet<ChatMessage> _masked = new(ReferenceEqualityComparer.Instance);

    public Task<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> SendAsync(IReadOnlyList<ChatMessage> request, ChatMessage answer)
    {
        ChatMessage[] sent = [.. request.Select(message => _masked.Contains(message) ? _mask.Mask(message) : message)];
        long size = Size(sent);
        if (size > trigger)
        {
            int[] results = [.. Enumerable.Range(0, sent.Length).Where(i => sent[i].Role == ChatRole.Tool)];
            foreach (int i in results.SkipLast(Keep))
            {
                if (size <= target)
                {
                    break;
                }

                if (_masked.Add(request[i]))
                {
                    size -= Size([sent[i]]);
                    sent[i] = _mask.Mask(request[i]);
                    size += Size([sent[i]]);
                }
            }
        }

        return Task.FromResult<(IReadOnlyList<ChatMessage>, ChatOptions?)>((sent, null));
    }

    public void Dispose() => _mask.Dispose();

    private long Size(IEnumerable<ChatMessage> messages) => _serializer.Pieces(messages).Sum(piece => (long)piece.Tokens.Length);
}
