using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Lessons;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Keeps in the application's store who serves which conversation, so that another process can go on with it. Safe for concurrent use.</summary>
/// <param name="store">The store.</param>
/// <param name="guard">Calls the store.</param>
internal sealed class SharedConversations(RoutingStore store, StoreGuard guard)
{
    private static readonly TimeSpan LifeOfRoute = TimeSpan.FromDays(7);

    // As long as providers keep a conversation for their callers.
    private static readonly TimeSpan LifeOfHolder = TimeSpan.FromDays(30);

    /// <summary>Returns the name of a conversation: the same in every process, and telling nothing.</summary>
    /// <param name="parts">What tells it from others.</param>
    public string NameOf(IEnumerable<string> parts) => store.KeyOf(parts);

    /// <summary>Returns the print of a message by which its author is known.</summary>
    public static ulong PrintOf(ChatMessage message)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(message.Role.Value));
        foreach (AIContent content in message.Contents)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(content switch
            {
                TextContent text => text.Text,
                TextReasoningContent reasoning => reasoning.Text,
                FunctionCallContent call => $"\n{call.CallId}\n{call.Name}\n{ContentText.OfArguments(call.Arguments)}\n",
                FunctionResultContent result => $"\n{result.CallId}\n{ContentText.Of(result.Result)}\n",
                _ => string.Empty,
            }));
        }

        return BitConverter.ToUInt64(hash.GetHashAndReset());
    }

    /// <summary>Reads what is kept of a conversation, or <see langword="null"/>.</summary>
    public async ValueTask<KeptConversation?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        KeptConversation? kept = null;
        if (!guard.IsResting)
        {
            await guard.TryAsync("read", async token => kept = await ReadOnceAsync(name, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }

        return kept;
    }

    /// <summary>Keeps who serves a conversation.</summary>
    public async ValueTask WriteAsync(string name, KeptConversation conversation, CancellationToken cancellationToken)
    {
        if (!guard.IsResting)
        {
            string text = JsonSerializer.Serialize(conversation, KeptConversationJson.Default.KeptConversation);
            await guard.TryAsync("write", token => store.Texts.WriteAsync(name, text, conversation.IsHeld ? LifeOfHolder : LifeOfRoute, [], token), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<KeptConversation?> ReadOnceAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await store.Texts.ReadAsync(name, cancellationToken).ConfigureAwait(false) is { } text ? JsonSerializer.Deserialize(text, KeptConversationJson.Default.KeptConversation) : null;
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            // Written under another secret, or damaged: as good as none, and the store is well.
            guard.Report("read", e);
            return null;
        }
    }
}
