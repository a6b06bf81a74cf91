using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace TokenThrift.Compression.Hygiene;

/// <summary>Knows the parts of instructions that are new with every call.</summary>
internal static partial class VolatileText
{
    private const int LongestLine = 300;
    private const string Heading = "[context that changes with every request]";

    /// <summary>Finds the first time of day, moment or fresh id, or returns <see langword="null"/>. A date alone changes once a day and is none.</summary>
    public static string? Find(string text) => Moment().Match(text) is { Success: true } match ? match.Value : null;

    /// <summary>Returns a text with such parts blotted out, so that two can be compared without them.</summary>
    public static string Mask(string text) => Moment().Replace(text, "*");

    /// <summary>Takes whole lines with such parts out of the instructions.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="note">A user message with those lines, to be sent last, or <see langword="null"/> where there are none.</param>
    /// <returns>The messages without the lines.</returns>
    public static IReadOnlyList<ChatMessage> TakeOut(IReadOnlyList<ChatMessage> messages, out ChatMessage? note)
    {
        note = null;
        var moved = new List<string>();
        var result = new List<ChatMessage>(messages.Count + 1);
        foreach (ChatMessage message in messages)
        {
            if (message.Role != ChatRole.System || !message.Contents.OfType<TextContent>().Any(content => Find(content.Text) is not null))
            {
                result.Add(message);
                continue;
            }

            List<AIContent> contents = [.. message.Contents.Select(content => content is TextContent text ? WithoutLines(text, moved) : content)];
            if (contents.Exists(content => content is not TextContent { Text.Length: 0 }))
            {
                result.Add(ToolResultText.With(message, contents));
            }
        }

        if (moved.Count == 0)
        {
            return messages;
        }

        note = new ChatMessage(ChatRole.User, $"{Heading}\n{string.Join('\n', moved)}");
        return result;
    }

    private static TextContent WithoutLines(TextContent content, List<string> moved)
    {
        string[] lines = content.Text.Split('\n');
        string[] kept = [.. lines.Where(line => line.Length > LongestLine || Find(line) is null)];
        if (kept.Length == lines.Length)
        {
            return content;
        }

        moved.AddRange(lines.Where(line => line.Length <= LongestLine && Find(line) is not null).Select(line => line.Trim()));
        return new TextContent(string.Join('\n', kept)) { AdditionalProperties = content.AdditionalProperties, Annotations = content.Annotations };
    }

    // A time with seconds, a date with a time, a Unix time of this century, a GUID. "at 09:00 to 17:00" is a rule, not a clock.
    [GeneratedRegex(@"\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?\b|\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4},? \d{1,2}:\d{2}|\b1[6-9]\d{8}(?:\d{3})?\b|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Moment();
}
