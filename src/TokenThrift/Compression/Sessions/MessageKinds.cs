using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace TokenThrift.Compression.Sessions;

/// <summary>Tells which messages may be left out when a history no longer fits.</summary>
internal static partial class MessageKinds
{
    /// <summary>Says what a message is.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isFirstFromUser">Whether it is the first of the user.</param>
    /// <param name="statesRule">Whether it lays down a rule (<see cref="StatesRule"/>).</param>
    public static MessageKind Of(ChatMessage message, bool isFirstFromUser, bool statesRule)
    {
        bool isPinned = message.AdditionalProperties?.ContainsKey(PromptCompressionOptions.PinKey) ?? false;
        if (message.Role == ChatRole.Tool)
        {
            return isPinned ? MessageKind.Pinned : MessageKind.Follow;
        }

        bool isFixed = isPinned || isFirstFromUser || message.Role == ChatRole.System
            || (message.Role == ChatRole.User && statesRule);
        return !isFixed ? MessageKind.Start
            : message.Contents.Any(content => content is FunctionCallContent) ? MessageKind.Pinned : MessageKind.Fixed;
    }

    /// <summary>Tells whether a text holds a word that lays down a rule.</summary>
    public static bool StatesRule(string text) => Rule().IsMatch(text);

    // Rules that were given once must hold to the end; agents that lose them break them (Governance Decay, arXiv 2606.22528).
    [GeneratedRegex(@"\b(?:must|never|always|do not|don't|only|forbidden|required?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
