using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Compression.Sessions;

/// <summary>What a message says that a digest need not repeat, and whether it lays down a rule. Not changed once made.</summary>
/// <param name="Names">The keys of its lines and names.</param>
/// <param name="StatesRule">Whether it holds a word that lays down a rule.</param>
internal sealed record Heard(HashSet<ulong> Names, bool StatesRule)
{
    /// <summary>Reads a message. A pure function.</summary>
    public static Heard In(ChatMessage message)
    {
        var names = new HashSet<ulong>();
        foreach (AIContent content in message.Contents)
        {
            if (content is TextContent words)
            {
                Outline.Collect(words.Text, names);
            }
            else if (content is FunctionCallContent call)
            {
                foreach (object? value in call.Arguments?.Values ?? [])
                {
                    Outline.Collect(ContentText.Of(value), names);
                }
            }
        }

        return new Heard(names, message.Role == ChatRole.User && MessageKinds.StatesRule(message.Text));
    }
}
