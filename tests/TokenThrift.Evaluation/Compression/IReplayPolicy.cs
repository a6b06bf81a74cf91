using Microsoft.Extensions.AI;

namespace TokenThrift.Evaluation.Compression;

/// <summary>What turns a request into what is sent. One object an episode.</summary>
internal interface IReplayPolicy : IDisposable
{
    /// <summary>Returns what reaches the provider in the place of a request.</summary>
    Task<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> SendAsync(IReadOnlyList<ChatMessage> request, ChatMessage answer);

    /// <summary>Fetches back everything that was removed from the last request.</summary>
    /// <returns>How many originals there were, and how many came back byte for byte.</returns>
    Task<(int Removed, int GivenBack)> RoundTripAsync(IReadOnlyList<ChatMessage> request) => Task.FromResult((0, 0));
}
