using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace TokenThrift.TestSupport;

/// <summary>What a model says that reads a log through a tool, finds a reference in what it is sent, and fetches the rest back.</summary>
public static partial class RetrievingModel
{
    public const string Tool = "thrift_retrieve";

    /// <summary>The ways in which the retrieve tool is called.</summary>
    public static IReadOnlyList<string> Ways => ["alone", "before a tool", "after a tool"];

    /// <summary>Gets a log that is long enough for parts of it to be taken out at once.</summary>
    public static string Log { get; } = string.Join('\n', Enumerable.Range(0, 600).Select(i => $"2026-01-05 10:{i / 60:00}:{i % 60:00} INFO request {i * 7919} was served to client {i % 13}"));

    /// <summary>Answers one call.</summary>
    /// <param name="messages">The role and the text of each message, in order.</param>
    /// <param name="way">One of <see cref="Ways"/>.</param>
    /// <param name="read">The application's tool that gives the log.</param>
    /// <param name="other">Another tool of the application.</param>
    /// <returns>Names and arguments of the tools to call; none when the answer is "done".</returns>
    public static IReadOnlyList<(string Id, string Name, string? Reference)> Next(IReadOnlyList<(string Role, string Text)> messages, string way, string read, string other)
    {
        string[] results = [.. messages.Where(message => message.Role == "tool").Select(message => message.Text)];
        if (results.Length == 0)
        {
            return [("read", read, null)];
        }

        Match match = Reference().Match(results[0]);
        if (results.Length > 1 || !match.Success)
        {
            return [];
        }

        (string, string, string?) ours = ("ours", Tool, match.Groups[1].Value);
        return way switch
        {
            "alone" => [ours],
            "before a tool" => [ours, ("theirs", other, null)],
            _ => [("theirs", other, null), ours],
        };
    }

    /// <summary>Makes a provider that does so.</summary>
    public static ScriptedChatClient Client(string way, string read, string other, string model = "gpt-5.4-mini") => new(call =>
    {
        IReadOnlyList<(string Id, string Name, string? Reference)> calls = Next([.. call.Messages.SelectMany(Texts)], way, read, other);
        if (calls.Count == 0)
        {
            return ScriptedChatClient.Answer("done");
        }

        ChatResponse response = ScriptedChatClient.ToolCall(calls[0].Name);
        response.Messages[0].Contents = [.. calls.Select(c => new FunctionCallContent(c.Id, c.Name, new Dictionary<string, object?> { ["ref"] = c.Reference }))];
        return response;
    })
    {
        Metadata = new("test", new Uri("http://localhost"), model),
    };

    private static IEnumerable<(string Role, string Text)> Texts(ChatMessage message) => message.Role == ChatRole.Tool
        ? message.Contents.OfType<FunctionResultContent>().Select(result => ("tool", result.Result?.ToString() ?? string.Empty))
        : [(message.Role.Value, message.Text)];

    [GeneratedRegex(@"\[removed[^\]]*ref (tt-[0-9a-f]{12})\]")]
    private static partial Regex Reference();
}
