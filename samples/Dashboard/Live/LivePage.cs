using TokenThrift.Receipts;

namespace TokenThrift.Samples.Dashboard.Live;

/// <summary>The same page as the report, with a script that keeps it up to date and a line that says what the agent does.</summary>
internal static class LivePage
{
    private const string Head = "</head>";
    private const string Main = "<main>";

    public static string Of(SavingsReport report) => report.ToHtml()
        .Replace(Head, "<script src=\"live.js\" defer></script>\n" + Head, StringComparison.Ordinal)
        .Replace(Main, "<p id=\"live\" role=\"status\" style=\"position:sticky;top:0;margin:0;padding:8px 20px;background:var(--card);border-bottom:1px solid var(--line);z-index:1\">connecting</p>\n" + Main, StringComparison.Ordinal);
}
