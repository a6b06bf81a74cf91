using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TokenThrift.Tests.Compression;

/// <summary>Builds conversations of an agent for the tests of this room.</summary>
internal static class Conversations
{
    public const string PrettyRows = """
        [
          { "id": 1.0, "city": "Oslo",   "open": true, "price": { "single": 120, "double": 180 } },
          { "id": 2.0, "city": "Bergen", "open": true, "price": { "single": 90,  "double": 150 } },
          { "id": 3.0, "city": "Troms\u00f8", "open": true, "price": { "single": 110, "double": 1.70e2 } }
        ]
        """;

    public static List<ChatMessage> Start(string question = "What is open?") =>
        [new(ChatRole.System, "You help travellers."), new(ChatRole.User, question)];

    public static List<ChatMessage> Call(this List<ChatMessage> messages, string tool, string result, string? argument = null, string? id = null)
    {
        id ??= $"call_{messages.Count}";
        messages.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent(id, tool, new Dictionary<string, object?> { ["q"] = argument })]));
        messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(id, result)]));
        return messages;
    }

    /// <summary>Makes a result that nothing can be taken out of.</summary>
    public static string PlainResult(int i) => string.Join('\n', Enumerable.Range(0, 25).Select(j => $"{i} {j} plain words about nothing in particular"));

    /// <summary>Returns a history as an application keeps it: without what the serializer leaves out, and with JSON in the place of objects.</summary>
    public static List<ChatMessage> WrittenOut(List<ChatMessage> messages) =>
        JsonSerializer.Deserialize<List<ChatMessage>>(JsonSerializer.Serialize(messages, AIJsonUtilities.DefaultOptions), AIJsonUtilities.DefaultOptions)!;

    public static string ResultText(this ChatMessage message) => (string)message.Contents.OfType<FunctionResultContent>().Single().Result!;
}
