using Microsoft.Extensions.AI;

namespace TokenThrift.Evaluation.Compression;

/// <summary>What turns a request into what is sent. One object an episode.</summary>
internal interface IReplayPolicy : IDisposable
{
    /// <summary>Returns what reaches the provider in the place of a request.</summary>
    Task<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> SendAsync(IReadOnlyList<ChatMessage> request, ChatMessage answer);

    /// <summary>Fetches a removed original back, or returns <see langword="null"/> where the policy cannot.</summary>
    Task<string?> RetrieveAsync(string reference) => Task.FromResult<string?>(null);
}
