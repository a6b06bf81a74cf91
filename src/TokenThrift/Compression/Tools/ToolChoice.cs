using Microsoft.Extensions.AI;

namespace TokenThrift.Compression.Tools;

/// <summary>The tools that one request is shown. Not safe for concurrent use.</summary>
internal sealed class ToolChoice(IList<AITool> all, AITool[] functions, HashSet<string> head, ToolIndex index, IReadOnlyList<string> added, UInt128 key)
{
    private readonly List<string> _added = [.. added];

    /// <summary>Gets the names of the tools that were added after the session began, in order.</summary>
    public IReadOnlyList<string> Added => _added;

    /// <summary>Gets the hash of the history that the request holds.</summary>
    public UInt128 Key => key;

    private IEnumerable<AITool> Hidden => functions.Where(tool => !head.Contains(tool.Name) && !_added.Contains(tool.Name));

    /// <summary>Returns options with the tools that are shown.</summary>
    public ChatOptions Apply(ChatOptions options)
    {
        ILookup<string, AITool> byName = functions.ToLookup(tool => tool.Name, StringComparer.Ordinal);
        ChatOptions clone = options.Clone();
        clone.Tools =
        [
            .. all.Where(tool => tool is not AIFunctionDeclaration || head.Contains(tool.Name)),
            .. Array.Exists(functions, tool => !head.Contains(tool.Name)) ? (AITool[])[FindTool.Declaration] : [],
            .. _added.Select(name => byName[name].First()),
        ];
        return clone;
    }

    /// <summary>Adds the tools that fit a query.</summary>
    /// <returns>What the model is told.</returns>
    public string Find(string query, int most)
    {
        AITool[] hidden = [.. Hidden];
        AITool[] found = [.. index.Rank(query, isMatch: true).Select(i => functions[i]).Where(hidden.Contains).Take(most)];
        _added.AddRange(found.Select(tool => tool.Name));
        return FindTool.Answer(found, hidden);
    }
}
