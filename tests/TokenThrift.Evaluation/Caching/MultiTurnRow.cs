using System.Text.Json.Nodes;

namespace TokenThrift.Evaluation.Caching;

/// <summary>A main query, a follow-up, and the answers to both.</summary>
internal sealed record MultiTurnRow(string Main, string Answer, string FollowUp, string FollowUpAnswer)
{
    /// <summary>Reads a row of the file.</summary>
    public static MultiTurnRow Read(JsonObject row) => new(
        Text(row, "Main Query"), Text(row, "Main Query Response"), Text(row, "Follow-Up Query"), Text(row, "Follow Up Query Response", "Follow-Up Query Response"));

    private static string Text(JsonObject row, params string[] names) =>
        names.Select(name => (string?)row[name]).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) ?? throw new EvaluationException($"a row has no '{names[0]}'.");
}
