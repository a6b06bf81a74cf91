using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>Remembers the hash of a message for as long as the message lives and is what it was.</summary>
/// <remarks>
/// A conversation sends the same message objects again on every turn, and several parts of a pipeline hash each of them. Messages
/// can be changed, so a hash counts only while every value that it was made of is still the very same immutable object.
/// What holds a value that may change unseen is never remembered. Safe for concurrent use.
/// </remarks>
internal static class RememberedHashes
{
    // Below this a hash costs about as much as looking it up.
    private const int WorthRemembering = 256;

    private static readonly ConditionalWeakTable<ChatMessage, Entry> Known = [];

    public static bool TryGet(ChatMessage message, out UInt128 hash)
    {
        if (Known.TryGetValue(message, out Entry? entry))
        {
            var check = new Walk(entry.Parts);
            if (check.Matches(message))
            {
                hash = entry.Hash;
                return true;
            }
        }

        hash = default;
        return false;
    }

    public static void Add(ChatMessage message, UInt128 hash)
    {
        if (IsLong(message) && new Walk(null).Collect(message) is { } parts)
        {
            Known.AddOrUpdate(message, new Entry(hash, parts));
        }
    }

    private static bool IsLong(ChatMessage message)
    {
        IList<AIContent> contents = message.Contents;
        for (int i = 0; i < contents.Count; i++)
        {
            bool isLong = contents[i] switch
            {
                TextContent text => text.Text.Length >= WorthRemembering,
                TextReasoningContent reasoning => reasoning.Text.Length >= WorthRemembering,
                FunctionResultContent result => result.Result is JsonElement || (result.Result is string text && text.Length >= WorthRemembering),
                FunctionCallContent call => call.Arguments is { Count: > 0 },
                _ => false,
            };
            if (isLong)
            {
                return true;
            }
        }

        return false;
    }

    private sealed record Entry(UInt128 Hash, object?[] Parts);

    /// <summary>Goes over everything that a hash reads, to collect it or to compare it with what was collected.</summary>
    private struct Walk(object?[]? known)
    {
        private readonly List<object?> _found = known is null ? [] : null!;
        private int _at;

        public bool Matches(ChatMessage message) => Visit(message) && _at == known!.Length;

        public object?[]? Collect(ChatMessage message) => Visit(message) ? [.. _found] : null;

        private bool Visit(ChatMessage message)
        {
            if (!Same(message.Role.Value) || !Same(message.AuthorName))
            {
                return false;
            }

            IList<AIContent> contents = message.Contents;
            for (int i = 0; i < contents.Count; i++)
            {
                if (!Same(contents[i]) || !Visit(contents[i]))
                {
                    return false;
                }
            }

            return true;
        }

        private bool Visit(AIContent content) => content switch
        {
            TextContent text => Same(text.Text),
            TextReasoningContent reasoning => Same(reasoning.Text) && Same(reasoning.ProtectedData),
            FunctionCallContent call => Same(call.CallId) && Same(call.Name) && Visit(call.Arguments),
            FunctionResultContent result => Same(result.CallId) && SameValue(result.Result),
            _ => false,
        };

        private bool Visit(IDictionary<string, object?>? arguments)
        {
            foreach ((string name, object? value) in arguments ?? new Dictionary<string, object?>())
            {
                if (!Same(name) || !SameValue(value))
                {
                    return false;
                }
            }

            return true;
        }

        private bool SameValue(object? value) => value is null or string or JsonElement or bool or int or long or double or decimal && Same(value);

        private bool Same(object? part)
        {
            if (known is not null)
            {
                return _at < known.Length && ReferenceEquals(known[_at++], part);
            }

            _found.Add(part);
            return true;
        }
    }
}
