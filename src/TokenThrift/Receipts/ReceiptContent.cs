using System.Text;
using Microsoft.Extensions.AI;

namespace TokenThrift.Receipts;

/// <summary>The text of a request and its answer; kept only where it was asked for.</summary>
/// <param name="Prompt">The text of the messages, each after its role.</param>
/// <param name="Answer">The text of the answer.</param>
public sealed record ReceiptContent(string Prompt, string Answer)
{
    internal static ReceiptContent Of(IReadOnlyList<ChatMessage> messages, string answer)
    {
        var prompt = new StringBuilder();
        foreach (ChatMessage message in messages)
        {
            prompt.Append(message.Role.Value).Append(": ").Append(message.Text).Append('\n');
        }

        return new ReceiptContent(prompt.ToString(), answer);
    }
}
