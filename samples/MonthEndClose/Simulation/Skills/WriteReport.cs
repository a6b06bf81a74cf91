using System.Text;
using System.Text.Json;

namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Writes the close report from the findings of the other tasks.</summary>
internal sealed class WriteReport : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Write the close report");

    public string Work(Desk desk)
    {
        ToolRequest request = Desk.Ask("get_findings");
        desk.ReadAll([request]);
        var report = new StringBuilder("# Close report ").AppendLine(TaskText.Period(desk.Transcript));
        foreach (ToolRow finding in desk.Rows(request).Where(x => x["task"] is not ("chart-mapping" or "capitalisation")))
        {
            report.AppendLine().Append("## ").AppendLine(finding["task"]).AppendLine();
            using JsonDocument? json = Parse(finding["finding"]);
            if (json is null)
            {
                report.AppendLine(finding["finding"]);
                continue;
            }

            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                report.Append("- ").Append(property.Name).Append(": ").AppendLine(Words(property.Value));
            }
        }

        return report.AppendLine().AppendLine("## Next steps").AppendLine().Append("Clear every item above with the controller of its entity before the books are locked.").ToString();
    }

    private static string Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "none" : string.Join(", ", value.EnumerateArray().Select(x => x.ToString())),
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Select(x => $"{x.Name} {x.Value}")),
        _ => value.ToString(),
    };

    private static JsonDocument? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
