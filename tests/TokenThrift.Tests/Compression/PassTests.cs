using CsCheck;
using TokenThrift.Compression;
using TokenThrift.Compression.Passes;

namespace TokenThrift.Tests.Compression;

public sealed class PassTests
{
    private static readonly Dictionary<string, ICompressionPass> Passes = new ICompressionPass[]
    {
        new StackTracePass(), new TestOutputPass(), new DiffPass(), new GrepPass(), new PathsPass(), new LogPass(), new HtmlPass(), new MarkdownPass(), new ArraySamplePass(), new ExtractPass(),
    }.ToDictionary(pass => pass.Name);

    private static readonly Dictionary<string, string[]> Kinds = new()
    {
        ["stack"] = [ToolOutputs.DotNetTrace, ToolOutputs.PythonTrace],
        ["tests"] = [ToolOutputs.TestRun, ToolOutputs.GoTests],
        ["diff"] = [ToolOutputs.Diff],
        ["grep"] = [ToolOutputs.Grep],
        ["paths"] = [ToolOutputs.Paths],
        ["log"] = [ToolOutputs.Log],
        ["html"] = [ToolOutputs.Html],
        ["markdown"] = [ToolOutputs.Markdown],
        ["array"] = [ToolOutputs.Rows],
        ["extract"] = [ToolOutputs.Prose],
    };

    private static CompressionInput Input(string text) => new(text) { Query = "How is the printing press depreciated, and what of the zebra?" };

    [Fact]
    public void Each_pass_knows_its_kind_and_leaves_every_other_alone()
    {
        foreach ((string name, ICompressionPass pass) in Passes)
        {
            Assert.All(Kinds[name], text => Assert.True(pass.Apply(Input(text))!.Length < text.Length * 0.9, name));
            Assert.All(ToolOutputs.All.Except(Kinds[name]), text => Assert.True(pass.Apply(Input(text)) is null, $"{name}: {text[..40]}"));
        }
    }

    [Fact]
    public void A_file_that_an_agent_may_edit_is_left_alone() => Assert.All(Passes.Values, pass =>
        Assert.All(ToolOutputs.All, text => Assert.Null(pass.Apply(Input(text) with { IsVerbatim = true }))));

    [Fact]
    public void Every_line_about_an_error_or_a_rule_is_kept() => Gen.Select(Gen.Int[0, ToolOutputs.All.Count - 1], Gen.Int[0, 5].Array[1, 8], Gen.Int[0, 1000].Array[8]).Sample((kind, lines, places) =>
    {
        string[] alarms = ["ERROR the disk is full", "warning: unused value", "  at x (error.js:1:2) error", "ok 7 - fails with an error", "  Passed A must hold [1 ms]", " You must not delete this"];
        List<string> text = [.. ToolOutputs.All[kind].Split('\n')];
        for (int i = 0; i < lines.Length; i++)
        {
            text.Insert(1 + (places[i] % text.Count), alarms[lines[i]]);
        }

        string joined = string.Join('\n', text);
        foreach (ICompressionPass pass in Passes.Values.Where(pass => pass is not (ArraySamplePass or HtmlPass)))
        {
            string result = pass.Apply(Input(joined)) ?? joined;
            Assert.All(lines, line => Assert.Contains(alarms[line].Trim(), result, StringComparison.Ordinal));
        }
    }, iter: 60);

    [Fact]
    public void A_trace_keeps_its_message_the_own_frames_and_both_ends()
    {
        string result = new StackTracePass().Apply(Input(ToolOutputs.DotNetTrace))!;
        Assert.StartsWith("Unhandled exception. System.InvalidOperationException: The ledger is closed.\n   at Acme.Ledger.Posting.Step0", result, StringComparison.Ordinal);
        Assert.Contains("Posting.cs:line 42\n    [23 lines of the stack]\n   at System.Threading.Tasks.Task.Run23", result, StringComparison.Ordinal);
        Assert.EndsWith("Program.cs:line 12\n ---> Acme.ClosedException: Period 2025-11 is closed\nExit code 134", result, StringComparison.Ordinal);

        string python = new StackTracePass().Apply(Input(ToolOutputs.PythonTrace))!;
        Assert.Contains("orders.py\", line 88, in total\n    return sum(line.price for line in lines)\n           ^^^^\nTypeError", python, StringComparison.Ordinal);
        Assert.Contains("    [24 lines of the stack]", python, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_that_was_there_before_is_only_named()
    {
        string trace = ToolOutputs.Lines(["System.Exception: again"], Enumerable.Range(0, 5).Select(i => $"   at Acme.Own.Step{i}() in /src/Own.cs:line {i}"), ["next try"]);
        string result = new StackTracePass().Apply(Input($"{trace}\n{trace}"))!;
        Assert.Equal($"{trace}\nSystem.Exception: again\n    [5 lines of the stack, the same as before]\nnext try", result);
        Assert.Null(new StackTracePass().Apply(Input(trace)));
    }

    [Fact]
    public void Tests_that_passed_are_counted_and_all_else_stays()
    {
        string[] lines = ToolOutputs.TestRun.Split('\n');
        Assert.Equal($"{lines[0]}\n[60 lines of tests that passed]\n{string.Join('\n', lines[^3..])}", new TestOutputPass().Apply(Input(ToolOutputs.TestRun)));
        Assert.Null(new TestOutputPass().Apply(Input(string.Join('\n', lines[^9..]))));
    }

    [Fact]
    public void A_diff_keeps_every_change_with_a_line_around_it()
    {
        string result = new DiffPass().Apply(Input(ToolOutputs.Diff))!;
        Assert.All(ToolOutputs.Diff.Split('\n').Where(line => line[0] is '+' or '-' or '@' or 'd'), line => Assert.Contains(line, result, StringComparison.Ordinal));
        Assert.Contains(" [4 unchanged lines]\n         var before4 = Compute(context, 4);\n-        var changed = Old(3);\n+        var changed = New(3);\n         var after0", result, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_can_be_written_out_again() => Gen.Select(Gen.Int[0, 3], Gen.Int[1, 300], Gen.Int[0, 3], Gen.Bool).Array[4, 30].Sample(rows =>
    {
        string[] paths = ["src/a.cs", "src/a-1-b.cs", "./x", "lib/long.name/with.dots"];
        string[] texts = ["", "a:1:b", "  x-2-y: z", "src/a.cs:3:x"];
        string source = string.Join('\n', rows.Select(row => row.Item4
            ? $"{paths[row.Item1]}:{row.Item2}:{texts[row.Item3]}" : $"{paths[row.Item1]}-{row.Item2}-{texts[row.Item3]}").SelectMany((line, i) => i % 9 == 8 ? (string[])["--", line] : [line]));
        string? result = new GrepPass().Apply(Input(source));
        Assert.True(result is null || Expand(result) == source, $"{source}\n=>\n{result}");

        static string Expand(string text)
        {
            var lines = new List<string>();
            string? path = null;
            foreach (string line in text.Split('\n'))
            {
                if (path is null || line.Length == 0)
                {
                    path = line;
                }
                else if (path.Length == 0)
                {
                    path = line;
                }
                else if (line == "--")
                {
                    lines.Add(line);
                }
                else
                {
                    char sign = line[line.AsSpan().IndexOfAnyExceptInRange('0', '9')];
                    lines.Add(path + sign + line);
                }
            }

            return string.Join('\n', lines);
        }
    });

    [Fact]
    public void A_list_of_paths_can_be_written_out_again() => Gen.Select(Gen.Int[0, 5], Gen.Int[0, 99]).Array[40, 80].Sample(rows =>
    {
        string[] folders = ["", "a/", "a/b/", "/", "/usr/share/lib/", "./"];
        string source = string.Join('\n', rows.Select(row => $"{folders[row.Item1]}n{row.Item2}.txt"));
        string? result = new PathsPass().Apply(Input(source));
        string folder = string.Empty;
        var lines = new List<string>();
        foreach (string line in (result ?? source).Split('\n'))
        {
            if (result is not null && line.EndsWith('/'))
            {
                folder = line;
            }
            else
            {
                lines.Add(line.StartsWith(' ') ? folder + line[1..] : line);
            }
        }

        Assert.Equal(source, string.Join('\n', lines));
    });

    [Fact]
    public void A_page_keeps_text_links_and_tables_and_loses_menus_and_scripts()
    {
        string result = new HtmlPass().Apply(Input(ToolOutputs.Html))!;
        Assert.StartsWith("Closing the books\n# Closing\nStep 0 of the close is described [on its page](/steps/0?a=1&b=2).\nStep 1", result, StringComparison.Ordinal);
        Assert.EndsWith("Account | Balance |\n1000 | 12.50 |", result, StringComparison.Ordinal);
        Assert.DoesNotContain("Menu entry", result, StringComparison.Ordinal);
        Assert.DoesNotContain("var x", result, StringComparison.Ordinal);
        Assert.Null(new HtmlPass().Apply(Input(ToolOutputs.Html) with { Arguments = """{"command":"cat site/index.html"}""" }));
        Assert.NotNull(new HtmlPass().Apply(Input(ToolOutputs.Html) with { Arguments = """{"url":"https://acme.example/index.html"}""" }));
    }

    [Fact]
    public void Markdown_loses_badges_comments_and_the_table_of_contents() =>
        Assert.Equal("# Acme\n[…]\n## Section 0\nRun `acme close` at the end of the month.", new MarkdownPass().Apply(Input(ToolOutputs.Markdown)));

    [Fact]
    public void An_array_keeps_its_ends_what_is_unusual_errors_and_matches_and_says_how_many_there_were()
    {
        string result = new ArraySamplePass().Apply(Input(ToolOutputs.Rows))!;
        using var json = System.Text.Json.JsonDocument.Parse(result);
        Assert.StartsWith("{\"total\":200,\"rows\":{\"items\":200,\"leftOut\":176,\"fields\":{\"id\":\"0 to 199\",\"state\":{\"posted\":199,\"reversed\":1},\"amount\":\"100 to 1000000000\",", result, StringComparison.Ordinal);
        Assert.Equal([.. Enumerable.Range(0, 10), 44, 77, 120, 150, .. Enumerable.Range(190, 10)],
            json.RootElement.GetProperty("rows").EnumerateObject().Last().Value.EnumerateArray().Select(row => row.GetProperty("id").GetInt32()));
    }

    [Fact]
    public void Prose_keeps_its_opening_the_answer_and_the_rules()
    {
        string result = new ExtractPass().Apply(Input(ToolOutputs.Prose))!;
        Assert.StartsWith("Minutes of the year", result, StringComparison.Ordinal);
        Assert.Contains("set to seven years", result, StringComparison.Ordinal);
        Assert.Contains("A receipt must be kept for ten years.", result, StringComparison.Ordinal);
        Assert.Matches(@"\[… \d+ words\]", result);
        Assert.InRange(result.Length, ToolOutputs.Prose.Length / 5, ToolOutputs.Prose.Length * 6 / 10);
        Assert.Null(new ExtractPass().Apply(new CompressionInput(ToolOutputs.Prose)));
        Assert.Null(new ExtractPass().Apply(Input(ToolOutputs.Prose) with { Query = "Continue." }));
    }

    [Fact]
    public void Passages_together_are_the_text() => Gen.Select(Gen.Char[" \n.aB\ud800é。"].Array[0, 3000], Gen.Int[0, 1]).Sample((letters, _) =>
    {
        string text = new(letters);
        Assert.Equal(text, string.Concat(Prose.Passages(text)));
    }, iter: 50);
}
