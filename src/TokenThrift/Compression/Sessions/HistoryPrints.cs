using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Sessions;

/// <summary>Fingerprints of histories; the same in every process. Safe for concurrent use.</summary>
internal static class HistoryPrints
{
    private const int Remembered = 8_192;
    private static readonly CountMemo<byte[]> Known = new(Remembered);

    /// <summary>Returns the fingerprint of the whole history up to each of some lengths.</summary>
    /// <param name="messages">The history.</param>
    /// <param name="lengths">The lengths, in messages.</param>
    public static Dictionary<int, string> Of(IReadOnlyList<ChatMessage> messages, IReadOnlyCollection<int> lengths)
    {
        var prints = new Dictionary<int, string>();
        var wanted = new HashSet<int>(lengths);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int longest = wanted.Count == 0 ? 0 : wanted.Max();
        for (int i = 0; i < messages.Count && i < longest; i++)
        {
            hash.AppendData(PrintOf(messages[i]));
            if (wanted.Contains(i + 1))
            {
                prints[i + 1] = Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, 16));
            }
        }

        return prints;
    }

    // Each message is read once, however often its conversation is appended to.
    private static byte[] PrintOf(ChatMessage message)
    {
        UInt128 key = MessageHash.Of(message);
        if (!Known.TryGet(key, out byte[] print))
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Append(hash, message.Role.Value);
            foreach (AIContent content in message.Contents)
            {
                Append(hash, content.GetType().Name);
                Append(hash, content switch
                {
                    TextContent text => text.Text,
                    TextReasoningContent reasoning => reasoning.Text,
                    FunctionCallContent call => $"{call.CallId}\n{call.Name}\n{ContentText.OfArguments(call.Arguments)}",
                    FunctionResultContent result => $"{result.CallId}\n{ToolResultText.Of(result.Result) ?? ContentText.Of(result.Result)}",
                    _ => string.Empty,
                });
            }

            print = hash.GetHashAndReset();
            Known.Add(key, print);
        }

        return print;
    }

    private static void Append(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
