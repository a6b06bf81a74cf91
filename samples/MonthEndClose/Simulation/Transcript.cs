using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>The conversation as a model reads it: this, and the tools on offer, is all that it knows.</summary>
internal sealed partial class Transcript
{
    private readonly Dictionary<string, string> _notes = new(StringComparer.Ordinal);
    private readonly List<ToolExchange> _exchanges = [];

    public Transcript(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        Tools = options?.ToolMode is NoneChatToolMode ? [] : [.. options?.Tools?.OfType<AIFunctionDeclaration>() ?? []];
        System = string.Join('\n', messages.Where(x => x.Role == ChatRole.System).Select(x => x.Text).Prepend(options?.Instructions ?? string.Empty));
        Task = messages.FirstOrDefault(x => x.Role == ChatRole.User)?.Text ?? string.Empty;
        var calls = new Dictionary<string, FunctionCallContent>(StringComparer.Ordinal);
        foreach (ChatMessage message in messages)
        {
            if (message.Role == ChatRole.Assistant)
            {
                ReadNotes(message.Text);
            }

            foreach (AIContent content in message.Contents)
            {
                switch (content)
                {
                    case FunctionCallContent call:
                        calls[call.CallId] = call;
                        break;
                    case FunctionResultContent result when calls.TryGetValue(result.CallId, out FunctionCallContent? call):
                        string read = TextOf(result.Result);
                        _exchanges.Add(new ToolExchange(call.Name, ToolRequest.Canonical(call.Arguments), read, Length));
                        Length += read.Length;
                        break;
                    case TextContent text:
                        Length += text.Text.Length;
                        break;
                }
            }
        }
    }

    /// <summary>Gets the system prompt.</summary>
    public string System { get; }

    /// <summary>Gets the first thing that the user asked.</summary>
    public string Task { get; }

    /// <summary>Gets the tools that may be called.</summary>
    public IReadOnlyList<AIFunctionDeclaration> Tools { get; }

    public IReadOnlyList<ToolExchange> Exchanges => _exchanges;

    /// <summary>Gets the length of the conversation in characters.</summary>
    public int Length { get; private set; }

    /// <summary>Finds a tool by its own name, whatever plugin it is in.</summary>
    public AIFunctionDeclaration? Tool(string name) => Tools.FirstOrDefault(x => x.Name == name || x.Name.EndsWith("_" + name, StringComparison.Ordinal) || x.Name.EndsWith("-" + name, StringComparison.Ordinal));

    /// <summary>Returns what the model wrote down earlier in this conversation.</summary>
    public string? Note(string key) => _notes.GetValueOrDefault(key);

    /// <summary>Returns the last result of a call, or <see langword="null"/> where it was not made.</summary>
    public ToolExchange? Find(ToolRequest request) => _exchanges.FindLast(x => x.Is(request));

    public static string TextOf(object? result) => result switch
    {
        null => string.Empty,
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        JsonElement json => json.GetRawText(),
        TextContent text => text.Text,
        _ => result.ToString() ?? string.Empty,
    };

    private void ReadNotes(string text)
    {
        foreach (Match note in NotePattern().Matches(text))
        {
            _notes[note.Groups[1].Value] = note.Groups[2].Value;
        }
    }

    [GeneratedRegex(@"^Note ([^:\n]+): (.*)$", RegexOptions.Multiline)]
    private static partial Regex NotePattern();
}
