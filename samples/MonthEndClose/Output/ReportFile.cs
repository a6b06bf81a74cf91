using TokenThrift.Receipts;

namespace TokenThrift.Samples.MonthEndClose.Output;

/// <summary>Writes the savings report in the form that the name of its file asks for.</summary>
internal static class ReportFile
{
    private static readonly Dictionary<string, Func<SavingsReport, string>> Forms = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = report => report.ToHtml(),
        [".json"] = report => report.ToJson(),
        [".csv"] = report => report.ToCsv(),
        [".md"] = report => report.ToMarkdown(),
    };

    public static bool CanWrite(string path) => Forms.ContainsKey(Path.GetExtension(path));

    public static void Write(string path, SavingsReport report) => File.WriteAllText(path, Forms[Path.GetExtension(path)](report));
}
