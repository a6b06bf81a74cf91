using Microsoft.Extensions.AI;

namespace TokenThrift;

/// <summary>A client that somebody else owns: disposing the pipeline over it leaves it alone.</summary>
internal sealed class BorrowedChatClient(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    protected override void Dispose(bool disposing)
    {
        // Its owner disposes it; the pipeline above may be rebuilt over it when options change.
    }
}
