using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Sessions;

/// <summary>
/// What was decided in conversations with one opening, kept beside the originals: with it, the same history gives the same
/// bytes in another process, whatever the clock, the cache or the prices were. One line an entry; the fingerprint of the
/// history up to the entry tells conversations apart that diverged later.
/// </summary>
/// <remarks>Where two processes write to the same conversation at the same moment, one entry can be lost; that costs what a lost log costs, a break.</remarks>
internal sealed class EpochLog(CompressionStore store, string modelId)
{
    private const string Version = "1";
    private const int LongestLog = 512;
    private const int Remembered = 8_192;
    private static readonly CountMemo<byte[]> Known = new(Remembered);

    /// <summary>Reads the entries that belong to a history; <see langword="null"/> when there is no log.</summary>
    public async ValueTask<IReadOnlyList<EpochEntry>?> ReadAsync(string scope, IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken)
    {
        string? text = await store.FindLatestAsync(scope, NameOf(messages), cancellationToken).ConfigureAwait(false);
        if (text is null)
        {
            return null;
        }

        (string Print, EpochEntry Entry)[] lines = [.. text.Split('\n').Select(Parse).OfType<(string Print, EpochEntry Entry)>()];
        Dictionary<int, string> prints = Prints(messages, [.. lines.Select(line => line.Entry.Messages)]);
        return [.. lines.Where(line => prints.GetValueOrDefault(line.Entry.Messages) == line.Print).Select(line => line.Entry)];
    }

    /// <summary>Adds an entry; a throw means that it may not have been written.</summary>
    public async ValueTask AppendAsync(string scope, IReadOnlyList<ChatMessage> messages, EpochEntry entry, PriceRatios? prices, CancellationToken cancellationToken)
    {
        string name = NameOf(messages);
        string line = string.Join(
            ' ',
            Version,
            entry.Messages.ToString(CultureInfo.InvariantCulture),
            Prints(messages, [entry.Messages])[entry.Messages],
            entry.Reason,
            string.Create(CultureInfo.InvariantCulture, $"{prices?.Read ?? 0}/{prices?.Write ?? 0}"),
            "f" + string.Join(',', entry.Folded),
            "r" + string.Join(',', entry.Replaced),
            "d" + string.Join(',', entry.Dropped));
        string? known = await store.FindLatestAsync(scope, name, cancellationToken).ConfigureAwait(false);
        string[] kept = known is null ? [] : [.. known.Split('\n').TakeLast(LongestLog - 1)];
        if (!kept.Contains(line, StringComparer.Ordinal))
        {
            await store.KeepAsync(scope, name, string.Join('\n', [.. kept, line]), cancellationToken).ConfigureAwait(false);
        }
    }

    internal static (string Print, EpochEntry Entry)? Parse(string line)
    {
        string[] parts = line.Split(' ');
        return parts.Length == 8 && parts[0] == Version && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int messages)
            && Numbers(parts[5], 'f') is { } folded && Numbers(parts[6], 'r') is { } replaced && Numbers(parts[7], 'd') is { } dropped
            ? (parts[2], new EpochEntry(messages, parts[3], folded, replaced, dropped))
            : null;
    }

    private static int[]? Numbers(string text, char mark)
    {
        if (text.Length == 0 || text[0] != mark)
        {
            return null;
        }

        var numbers = new List<int>();
        foreach (string part in text[1..].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    // Up to and with the first message of the user: what all histories of a conversation share.
    private string NameOf(IReadOnlyList<ChatMessage> messages)
    {
        int opening = 0;
        while (opening < messages.Count && messages[opening].Role != ChatRole.User)
        {
            opening++;
        }

        int count = Math.Min(messages.Count, opening + 1);
        return $"log-{Prints(messages, [count])[count]}-{modelId}";
    }

    // Of the whole history up to each of some lengths. The hash is the same in every process.
    private static Dictionary<int, string> Prints(IReadOnlyList<ChatMessage> messages, HashSet<int> lengths)
    {
        var prints = new Dictionary<int, string>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int longest = lengths.Count == 0 ? 0 : lengths.Max();
        for (int i = 0; i < messages.Count && i < longest; i++)
        {
            hash.AppendData(PrintOf(messages[i]));
            if (lengths.Contains(i + 1))
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
                    FunctionResultContent result => $"{result.CallId}\n{ContentText.Of(result.Result)}",
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
