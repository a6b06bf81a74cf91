using Microsoft.Extensions.AI;

namespace TokenThrift.Compression;

/// <summary>Marks, in terms of no provider, the messages up to which a provider should cache the prompt.</summary>
/// <remarks>
/// A provider that caches on its own needs none. Anthropic's takes up to four: a prompt is cached up to each, in the order
/// tools, instructions, messages, and a later request finds the longest that it shares.
/// </remarks>
public static class PromptCacheBreakpoints
{
    internal const string Key = "tokenthrift.cache-breakpoint";
    private const int Most = 4;

    /// <summary>Marks a message; its additional properties are changed.</summary>
    /// <param name="message">The message.</param>
    public static void Mark(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        (message.AdditionalProperties ??= [])[Key] = true;
    }

    /// <summary>Tells whether a message is marked.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether the prompt should be cached up to and with this message.</returns>
    public static bool IsMarked(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.AdditionalProperties?.ContainsKey(Key) ?? false;
    }

    /// <summary>Chooses where marks pay: after the instructions, at the end of what the last request held, and at the end.</summary>
    /// <param name="messages">The messages of a request.</param>
    /// <returns>Ascending indices, at most four with those that the application marked itself, which stay.</returns>
    public static IReadOnlyList<int> Choose(IReadOnlyList<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var chosen = new SortedSet<int>(Enumerable.Range(0, messages.Count).Where(i => IsMarked(messages[i])));
        int instructions = -1;
        while (instructions + 1 < messages.Count && messages[instructions + 1].Role == ChatRole.System)
        {
            instructions++;
        }

        // The last request ended before the model's last answer.
        int answer = messages.Count - 1;
        while (answer >= 0 && messages[answer].Role != ChatRole.Assistant)
        {
            answer--;
        }

        while (answer > 0 && messages[answer - 1].Role == ChatRole.Assistant)
        {
            answer--;
        }

        foreach (int index in (int[])[messages.Count - 1, answer - 1, instructions])
        {
            if (index >= 0 && chosen.Count < Most)
            {
                chosen.Add(index);
            }
        }

        return [.. chosen];
    }

    internal static IReadOnlyList<ChatMessage> Place(IReadOnlyList<ChatMessage> messages, Func<ChatMessage, ChatMessage>? write)
    {
        ChatMessage[] placed = [.. messages];
        foreach (int index in Choose(messages))
        {
            ChatMessage copy = messages[index].Clone();
            copy.AdditionalProperties = copy.AdditionalProperties is null ? [] : new(copy.AdditionalProperties);
            Mark(copy);
            placed[index] = write is null ? copy : write(copy);
        }

        return placed;
    }
}
