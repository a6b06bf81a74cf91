using System.Text.Json;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Reads the JSON that an agent answers with, in a code fence or not.</summary>
internal static class TaskAnswer
{
    public static TaskCheck Check(string answer, Func<JsonElement, TaskCheck> check)
    {
        int from = answer.IndexOf('{', StringComparison.Ordinal);
        int to = answer.LastIndexOf('}');
        if (from < 0 || to < from)
        {
            return TaskCheck.Wrong("no JSON in the answer");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(answer[from..(to + 1)]);
            return check(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return TaskCheck.Wrong($"the answer cannot be read: {e.Message}");
        }
    }

    public static IEnumerable<string> Texts(this JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(x => x.GetString()!);

    public static IReadOnlyDictionary<string, decimal> Amounts(this JsonElement json, string name) =>
        json.GetProperty(name).EnumerateObject().ToDictionary(x => x.Name, x => x.Value.GetDecimal());
}
