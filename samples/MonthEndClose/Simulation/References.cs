using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>What a model does where a result has been replaced by a reference: it asks for the original, with the tool that is offered for it.</summary>
internal static partial class References
{
    public static IEnumerable<string> Resolve(Desk desk, IReadOnlyList<string> results)
    {
        AIFunctionDeclaration? retrieve = desk.Transcript.Tools.FirstOrDefault(x => x.Name.Contains("retrieve", StringComparison.OrdinalIgnoreCase));
        var missing = new List<ToolRequest>();
        var whole = new List<string>();
        foreach (string result in results)
        {
            Match reference = ReferencePattern().Match(result);
            if (!reference.Success || retrieve is null)
            {
                whole.Add(result);
                continue;
            }

            var request = new ToolRequest(retrieve.Name, new Dictionary<string, object?> { ["ref"] = reference.Groups[1].Value });
            if (desk.Transcript.Find(request)?.Result is { } original)
            {
                whole.Add(original);
            }
            else
            {
                missing.Add(request);
            }
        }

        return missing.Count == 0 ? whole : throw new NeedsToolsException(missing);
    }

    [GeneratedRegex(@"\bref[ =:]+""?([A-Za-z0-9-]{6,})")]
    private static partial Regex ReferencePattern();
}
