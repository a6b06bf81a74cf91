using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>Hashes what a model would read of a message: role, name and contents, not ids, times or raw representations.</summary>
/// <remarks>
/// A fast 128-bit hash for memory within a process (token counts, prompt prefixes), seeded per process so that nobody
/// can craft a collision from outside. Not for anything that is stored or shared.
/// </remarks>
public static class MessageHash
{
    private static long Seed { get; } = Random.Shared.NextInt64();

    [ThreadStatic]
    private static XxHash128? _spare;

    /// <summary>Hashes one message as it is now; a message is mutable, so the hash must be asked for each time.</summary>
    /// <remarks>Costs next to nothing for a long message that was hashed before and still holds the very same values.</remarks>
    /// <param name="message">The message.</param>
    /// <returns>The hash.</returns>
    public static UInt128 Of(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (RememberedHashes.TryGet(message, out UInt128 known))
        {
            return known;
        }

        // The hasher is large, so each thread keeps one; it is taken out while in use, should a value's serialisation hash too.
        XxHash128 hash = _spare ?? new XxHash128(Seed);
        _spare = null;
        hash.Reset();
        Append(hash, message.Role.Value);
        // No provider is sent a name with a tool's results, but Agent Framework writes one on them once the run has ended.
        Append(hash, message.Role == ChatRole.Tool ? null : message.AuthorName);
        foreach (AIContent content in message.Contents)
        {
            Append(hash, content);
        }

        _spare = hash;
        UInt128 value = hash.GetCurrentHashAsUInt128();
        RememberedHashes.Add(message, value);
        return value;
    }

    /// <summary>Hashes text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The hash.</returns>
    public static UInt128 Of(ReadOnlySpan<char> text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text), Seed);

    /// <summary>Joins the hash of a prefix with that of the next piece.</summary>
    /// <param name="prefix">The hash of all before.</param>
    /// <param name="next">The hash of the next piece.</param>
    /// <returns>The hash of both in that order.</returns>
    public static UInt128 Chain(UInt128 prefix, UInt128 next)
    {
        ReadOnlySpan<UInt128> pair = [prefix, next];
        return XxHash128.HashToUInt128(MemoryMarshal.AsBytes(pair), Seed);
    }

    private static void Append(XxHash128 hash, AIContent content)
    {
        Append(hash, content.GetType().Name);
        switch (content)
        {
            case TextContent text:
                Append(hash, text.Text);
                break;
            case TextReasoningContent reasoning:
                Append(hash, reasoning.Text);
                Append(hash, reasoning.ProtectedData);
                break;
            case FunctionCallContent call:
                Append(hash, call.CallId);
                Append(hash, call.Name);
                foreach ((string name, object? value) in call.Arguments ?? new Dictionary<string, object?>())
                {
                    Append(hash, name);
                    AppendValue(hash, value);
                }

                break;
            case FunctionResultContent result:
                Append(hash, result.CallId);
                AppendValue(hash, result.Result);
                break;
            case DataContent data:
                Append(hash, data.MediaType);
                hash.Append(data.Data.Span);
                break;
            case UriContent uri:
                Append(hash, uri.MediaType);
                Append(hash, uri.Uri.OriginalString);
                break;
            default:
                AppendValue(hash, content);
                break;
        }
    }

    private static void AppendValue(XxHash128 hash, object? value)
    {
        switch (value)
        {
            case null:
                Append(hash, (string?)null);
                break;
            case string text:
                Append(hash, text);
                break;
            default:
                Append(hash, ContentText.Of(value));
                break;
        }
    }

    private static void Append(XxHash128 hash, string? text)
    {
        // The length goes first, so that neighbouring fields cannot run into one another.
        ReadOnlySpan<int> length = [text?.Length ?? -1];
        hash.Append(MemoryMarshal.AsBytes(length));
        if (text is not null)
        {
            hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
        }
    }
}
