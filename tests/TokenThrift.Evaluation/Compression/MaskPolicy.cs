using Microsoft.Extensions.AI;

namespace TokenThrift.Evaluation.Compression;

/// <summary>Observation masking at every turn: all tool results but the last few become a placeholder.</summary>
internal sealed class MaskPolicy(int keep) : IReplayPolicy
{
    private readonly Dictionary<ChatMessage, ChatMessage> _masked = new(ReferenceEqualityComparer.Instance);

    public Task<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> SendAsync(IReadOnlyList<ChatMessage> request, ChatMessage answer)
    {
        var sent = request.ToArray();
        int results = 0;
        for (int i = sent.Length - 1; i >= 0; i--)
        {
            if (sent[i].Role == ChatRole.Tool && results++ >= keep)
            {
                sent[i] = Mask(sent[i]);
            }
        }

        return Task.FromResult<(IReadOnlyList<ChatMessage>, ChatOptions?)>((sent, null));
    }

    public void Dispose()
    {
    }

    internal ChatMessage Mask(ChatMessage message)
    {
        if (!_masked.TryGetValue(message, out ChatMessage? masked))
        {
            _masked[message] = masked = new ChatMessage(message.Role, [.. message.Contents.Select(content =>
                content is FunctionResultContent result ? new FunctionResultContent(result.CallId, "[older tool result removed]") : content)]);
        }

        return masked;
    }
}
