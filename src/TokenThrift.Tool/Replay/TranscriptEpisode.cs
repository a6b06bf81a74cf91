using Microsoft.Extensions.AI;

namespace TokenThrift.Replay;

/// <summary>One recorded conversation. Each assistant message in it is the recorded answer to all that comes before it.</summary>
internal sealed record TranscriptEpisode(string Id, IReadOnlyList<ChatMessage> Messages)
{
    /// <summary>The model calls of the conversation: the request as it was sent, and the recorded answer.</summary>
    public IEnumerable<TranscriptCall> Calls()
    {
        int number = 0;
        for (int i = 1; i < Messages.Count; i++)
        {
            if (Messages[i].Role == ChatRole.Assistant)
            {
                yield return new TranscriptCall(number++, i, [.. Messages.Take(i)], Messages[i]);
            }
        }
    }
}
