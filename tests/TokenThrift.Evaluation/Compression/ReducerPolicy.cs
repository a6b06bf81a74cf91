using Microsoft.Extensions.AI;

namespace TokenThrift.Evaluation.Compression;

/// <summary>A chat reducer of another library, asked with the whole history before every call, as its own decorators do.</summary>
internal sealed class ReducerPolicy(IChatReducer reducer) : IReplayPolicy
{
    public async Task<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> SendAsync(IReadOnlyList<ChatMessage> request, ChatMessage answer) =>
        ([.. await reducer.ReduceAsync(request, CancellationToken.None)], null);

    public void Dispose()
    {
    }
}
