using Microsoft.Extensions.AI;
using TokenThrift.Compression.Retrieval;
using TokenThrift.Requests;

namespace TokenThrift.Compression;

/// <summary>The hashes of a history as it is now; taken once a call.</summary>
/// <param name="Hashes">Of each message.</param>
/// <param name="Keys">Of all messages up to and with each.</param>
/// <param name="Messages">The messages.</param>
internal sealed record HistoryChain(UInt128[] Hashes, UInt128[] Keys, IReadOnlyList<ChatMessage> Messages)
{
    public static HistoryChain Of(IReadOnlyList<ChatMessage> messages)
    {
        var hashes = new UInt128[messages.Count];
        var keys = new UInt128[messages.Count];
        UInt128 key = 0;
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = HiddenExchange.ContentHash(messages[i]);
            keys[i] = key = MessageHash.Chain(key, hashes[i]);
        }

        return new HistoryChain(hashes, keys, messages);
    }

    /// <summary>Lists the lengths of a history at which a model was called: before each answer in it.</summary>
    /// <param name="messages">The history.</param>
    /// <param name="from">The least length; at least 1.</param>
    public static IEnumerable<int> CallsIn(IReadOnlyList<ChatMessage> messages, int from = 1)
    {
        for (int i = Math.Max(1, from); i < messages.Count; i++)
        {
            if (IsCall(messages, i))
            {
                yield return i;
            }
        }
    }

    /// <summary>Says whether a model was called when a history had a certain length: an answer begins there.</summary>
    public static bool IsCall(IReadOnlyList<ChatMessage> messages, int length) =>
        length > 0 && messages[length].Role == ChatRole.Assistant && messages[length - 1].Role != ChatRole.Assistant;
}
