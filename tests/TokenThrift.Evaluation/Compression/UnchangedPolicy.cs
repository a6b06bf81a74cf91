using Microsoft.Extensions.AI;

namespace TokenThrift.Evaluation.Compression;

/// <summary>Sends the request as it is.</summary>
internal sealed class UnchangedPolicy : IReplayPolicy
{
    public Task<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> SendAsync(IReadOnlyList<ChatMessage> request, ChatMessage answer) =>
        Task.FromResult<(IReadOnlyList<ChatMessage>, ChatOptions?)>((request, null));

    public void Dispose()
    {
    }
}
