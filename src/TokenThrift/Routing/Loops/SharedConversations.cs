using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Lessons;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Keeps in the application's store who serves which conversation, so that another process can go on with it. Safe for concurrent use.</summary>
/// <remarks>Whatever fails is reported and stepped over, and the store is left in peace for a while; only cancellation passes through.</remarks>
/// <param name="store">The store; what is written there can be read by those alone who know the secret.</param>
/// <param name="secret">What its keys are made of: whose conversation it is cannot be told from them.</param>
/// <param name="timeout">How long the store is waited for.</param>
/// <param name="report">Takes in what failed.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedConversations(ILessonStore store, byte[] secret, HelperTimeout timeout, Action<Exception> report, TimeProvider time)
{
    private static readonly TimeSpan LifeOfRoute = TimeSpan.FromDays(7);

    // As long as providers keep a conversation for their callers.
    private static readonly TimeSpan LifeOfHolder = TimeSpan.FromDays(30);
    private static readonly TimeSpan RestAfterFault = TimeSpan.FromMinutes(1);
    private long _restsSince = long.MinValue;

    /// <summary>Returns the name of a conversation: the same in every process, and telling nothing.</summary>
    /// <param name="parts">What tells it from others.</param>
    public string NameOf(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return "tokenthrift:routing:" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

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
    public async ValueTask<KeptConversation?> ReadAsync(string name, CancellationToken cancellationToken) =>
        await TryAsync(token => store.ReadAsync(name, token), cancellationToken).ConfigureAwait(false) is { } text ? Parse(text) : null;

    /// <summary>Keeps who serves a conversation.</summary>
    public ValueTask<string?> WriteAsync(string name, KeptConversation conversation, CancellationToken cancellationToken) => TryAsync(
        async token =>
        {
            await store.WriteAsync(name, JsonSerializer.Serialize(conversation, KeptConversationJson.Default.KeptConversation), conversation.IsHeld ? LifeOfHolder : LifeOfRoute, [], token).ConfigureAwait(false);
            return null;
        },
        cancellationToken);

    private KeptConversation? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, KeptConversationJson.Default.KeptConversation);
        }
        catch (JsonException e)
        {
            report(e);
            return null;
        }
    }

    private async ValueTask<string?> TryAsync(Func<CancellationToken, ValueTask<string?>> work, CancellationToken cancellationToken)
    {
        long rests = Interlocked.Read(ref _restsSince);
        if (rests != long.MinValue && time.GetElapsedTime(rests) < RestAfterFault)
        {
            return null;
        }

        try
        {
            return await timeout.RunAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            // Written under another secret, or damaged: as good as none, and the store is well.
            report(e);
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            report(e);
            Interlocked.Exchange(ref _restsSince, time.GetTimestamp());
            return null;
        }
    }
}
