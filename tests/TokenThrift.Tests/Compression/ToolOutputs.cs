using System.Globalization;
using System.Text;

namespace TokenThrift.Tests.Compression;

/// <summary>What tools print, made up for the tests of the passes.</summary>
internal static class ToolOutputs
{
    public static string DotNetTrace { get; } = Lines(
        ["Unhandled exception. System.InvalidOperationException: The ledger is closed."],
        Enumerable.Range(0, 3).Select(i => $"   at Acme.Ledger.Posting.Step{i}(Entry entry) in /src/Acme/Ledger/Posting.cs:line {40 + i}"),
        Enumerable.Range(0, 24).Select(i => $"   at System.Threading.Tasks.Task.Run{i}(Object state)"),
        ["   at Acme.Program.Main(String[] args) in /src/Acme/Program.cs:line 12", " ---> Acme.ClosedException: Period 2025-11 is closed", "Exit code 134"]);

    public static string PythonTrace { get; } = Lines(
        ["Traceback (most recent call last):"],
        Enumerable.Range(0, 15).SelectMany(i => new[] { $"  File \"/usr/lib/python3/site-packages/web/layer{i}.py\", line {i + 10}, in call", "    return self.app(scope, receive)" }),
        ["  File \"/srv/app/orders.py\", line 88, in total", "    return sum(line.price for line in lines)", "           ^^^^", "TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'"]);

    public static string TestRun { get; } = Lines(
        ["Starting test execution, please wait..."],
        Enumerable.Range(0, 60).Select(i => $"  Passed Acme.Tests.LedgerTests.Posting_number_{i}_balances [{i} ms]"),
        ["  Failed Acme.Tests.LedgerTests.Closed_period_refuses [12 ms]", "  Message: Assert.Throws() Failure: No exception was thrown", "Failed!  - Failed: 1, Passed: 60, Skipped: 0, Total: 61"]);

    public static string GoTests { get; } = Lines(
        Enumerable.Range(0, 40).SelectMany(i => new[] { $"=== RUN   TestPosting{i}", $"--- PASS: TestPosting{i} (0.00s)" }),
        ["--- FAIL: TestClosedPeriod (0.01s)", "    ledger_test.go:88: got nil, want error", "FAIL", "exit status 1"]);

    public static string Diff { get; } = Lines(Enumerable.Range(0, 12).SelectMany(hunk => (string[])
    [
        $"diff --git a/src/file{hunk}.cs b/src/file{hunk}.cs", $"--- a/src/file{hunk}.cs", $"+++ b/src/file{hunk}.cs", "@@ -10,11 +10,11 @@ public void Run()",
        .. Enumerable.Range(0, 5).Select(i => $"         var before{i} = Compute(context, {i});"), $"-        var changed = Old({hunk});", $"+        var changed = New({hunk});",
        .. Enumerable.Range(0, 5).Select(i => $"         var after{i} = Compute(context, {i});"),
    ]));

    public static string Grep { get; } = Lines(Enumerable.Range(0, 60).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"src/Acme.Accounting/Ledger/Posting{i / 12}.cs:{(i * 7) + 3}:    private readonly Entry entry{i};")));

    public static string Paths { get; } = Lines(Enumerable.Range(0, 120).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"src/Acme.Accounting/Ledger/Area{i / 20}/Posting{i}.cs")));

    public static string Log { get; } = Lines(Enumerable.Range(0, 300).Select(i => i % 97 == 5
        ? string.Create(CultureInfo.InvariantCulture, $"2026-01-05 10:{i / 60:00}:{i % 60:00} ERROR posting {i} was refused")
        : string.Create(CultureInfo.InvariantCulture, $"2026-01-05 10:{i / 60:00}:{i % 60:00} INFO posted entry {i} from 10.0.0.{i % 256} in {i * 3} ms")));

    public static string Html { get; } = "<!DOCTYPE html><html><head><title>Closing the books</title><style>body{color:red}</style><script>var x = '<p>no</p>';</script></head><body>"
        + "<nav><ul>" + string.Concat(Enumerable.Range(0, 40).Select(i => $"<li class=\"menu-item\"><a href=\"/menu/{i}\">Menu entry {i}</a></li>")) + "</ul></nav><main><h1>Closing</h1>"
        + string.Concat(Enumerable.Range(0, 30).Select(i => $"<p class=\"text-body-{i} leading-relaxed\" data-id=\"{i}\">Step {i} of the close is described <a href=\"/steps/{i}?a=1&amp;b=2\">on its page</a>.</p>"))
        + "<table><tr><th>Account</th><th>Balance</th></tr><tr><td>1000</td><td>12.50</td></tr></table></main><footer>All rights reserved by Acme</footer></body></html>";

    public static string Markdown { get; } = Lines(
        ["# Acme", "[![build](https://img.example/build.svg)](https://ci.example/acme) ![cover](https://img.example/cover.svg)", "<!-- generated", "do it again", "-->"],
        Enumerable.Range(0, 30).Select(i => $"- [Section {i} of the manual](#section-{i}-of-the-manual)"),
        ["## Section 0", "Run `acme close` at the end of the month."]);

    public static string Rows { get; } = "{\"total\": 200, \"rows\": [" + string.Join(",\n", Enumerable.Range(0, 200).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"id\": {i}, \"state\": \"{(i == 120 ? "reversed" : "posted")}\", \"amount\": {(i == 77 ? 1e9 : 100 + i)}, \"memo\": \"{(i == 44 ? "zebra crossing" : "rent")} {i}\"{(i == 150 ? ", \"error\": \"period closed\"" : string.Empty)}}}"))) + "]}";

    public static string Prose { get; } = MakeProse();

    public static IReadOnlyList<string> All { get; } = [DotNetTrace, PythonTrace, TestRun, GoTests, Diff, Grep, Paths, Log, Html, Markdown, Rows, Prose];

    public static string Lines(params IEnumerable<string>[] parts) => string.Join('\n', parts.SelectMany(part => part));

    private static string MakeProse()
    {
        string[] subjects = ["The auditor", "A clerk", "The committee", "Our supplier", "The bank", "A manager"];
        string[] verbs = ["reviewed", "signed", "postponed", "described", "forwarded", "counted"];
        string[] objects = ["the travel plans", "the office furniture", "a list of holidays", "the canteen menu", "the parking spaces", "a report on paper clips"];
        var text = new StringBuilder("Minutes of the year\n\n");
        for (int i = 0; i < 420; i++)
        {
            text.Append(subjects[i * 7 % 6]).Append(' ').Append(verbs[i * 5 / 3 % 6]).Append(' ').Append(objects[i * 11 / 4 % 6]).Append(" in the usual way and nobody had anything to add to it. ");
            text.Append(i == 201 ? "The depreciation of the printing press was set to seven years because the old rate no longer held. " : string.Empty);
            text.Append(i == 333 ? "A receipt must be kept for ten years. " : string.Empty);
            text.Append(i % 5 == 4 ? "\n\n" : string.Empty);
        }

        return text.ToString();
    }
}
