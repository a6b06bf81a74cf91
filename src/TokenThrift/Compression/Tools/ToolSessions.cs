using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Compression.Tools;

/// <summary>
/// Which tools a request is shown: those chosen when its session began, in the order in which the application gives them,
/// then the search tool, then those added later in the order in which they were added. What was shown once stays.
/// </summary>
/// <remarks>
/// The choice is a function of the tools and of the opening of the session, and a tool that the history calls is always
/// shown, so a restart forgets only what was found and never used. Safe for concurrent use.
/// </remarks>
internal sealed class ToolSessions(ToolSelectionOptions options)
{
    private const int Largest = 4096;
    private readonly ConcurrentDictionary<UInt128, string[]> _added = new();
    private readonly ConcurrentDictionary<UInt128, (HashSet<string> Head, ToolIndex Index)> _openings = new();

    /// <summary>Chooses the tools of a request.</summary>
    /// <returns>The choice, or <see langword="null"/> when the request is to stay as it is.</returns>
    public ToolChoice? Choose(IReadOnlyList<ChatMessage> messages, ChatOptions? request)
    {
        if (request?.Tools is not { } tools || tools.Any(tool => tool.Name == FindTool.Name))
        {
            return null;
        }

        AITool[] functions = [.. tools.Where(tool => tool is AIFunctionDeclaration)];
        if (functions.Length <= options.MaximumTools)
        {
            return null;
        }

        int opening = 0;
        while (opening < messages.Count && messages[opening].Role != ChatRole.User)
        {
            opening++;
        }

        opening = Math.Min(messages.Count, opening + 1);
        (HashSet<string> head, ToolIndex index) = Opening(messages, opening, functions);
        UInt128 key = 0;
        string[] added = [];
        for (int i = 0; i < messages.Count; i++)
        {
            key = MessageHash.Chain(key, MessageHash.Of(messages[i]));
            added = _added.GetValueOrDefault(key) ?? added;
        }

        string[] called = [.. messages.Skip(opening).SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.Name)];
        string[] required = request.ToolMode is RequiredChatToolMode { RequiredFunctionName: { } name } ? [name] : [];
        HashSet<string> known = [.. functions.Select(tool => tool.Name)];
        string[] all = [.. added.Concat(called).Concat(required).Where(tool => known.Contains(tool) && !head.Contains(tool)).Distinct(StringComparer.Ordinal)];
        return new ToolChoice(tools, functions, head, index, all, key);
    }

    /// <summary>Remembers the tools that were added up to a request, for the requests that continue it.</summary>
    public void Keep(ToolChoice choice)
    {
        if (choice.Added.Count == 0)
        {
            return;
        }

        if (_added.Count >= Largest)
        {
            // What is forgotten costs a break of the provider's cache and another search, nothing else.
            _added.Clear();
        }

        _added[choice.Key] = [.. choice.Added];
    }

    private (HashSet<string> Head, ToolIndex Index) Opening(IReadOnlyList<ChatMessage> messages, int count, AITool[] functions)
    {
        UInt128 key = MessageHash.Of(string.Join('\n', functions.Select(tool => $"{tool.Name}\t{tool.Description}")));
        for (int i = 0; i < count; i++)
        {
            key = MessageHash.Chain(key, MessageHash.Of(messages[i]));
        }

        if (_openings.TryGetValue(key, out (HashSet<string> Head, ToolIndex Index) known))
        {
            return known;
        }

        if (_openings.Count >= Largest)
        {
            // Only a memory of a pure function: forgetting costs time, never bytes.
            _openings.Clear();
        }

        var index = new ToolIndex(functions);
        string said = string.Join('\n', messages.Take(count).Select(message => message.Text));
        string asked = messages.Take(count).LastOrDefault(message => message.Role == ChatRole.User)?.Text ?? said;
        HashSet<string> head = [.. index.Rank(asked).Take(options.MaximumTools).Select(i => functions[i].Name)];
        head.UnionWith(options.AlwaysKept);
        head.UnionWith(functions.Select(tool => tool.Name).Where(name => IsNamed(said, name)));
        return _openings[key] = (head, index);
    }

    // A tool that the instructions name is one that they count on. A name of one word is a word of the language.
    private static bool IsNamed(string text, string name) => (name.AsSpan().ContainsAny('_', '-', '.') || name.Skip(1).Any(char.IsUpper)) && text.Contains(name, StringComparison.Ordinal);
}
