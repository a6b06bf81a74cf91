using System.Globalization;
using System.Text;
using TokenThrift.Evaluation.Compression;

namespace TokenThrift.Evaluation.Overhead;

/// <summary>Tool results of an agent, made up: no two of one number and kind are alike.</summary>
internal static class MadeResults
{
    private static readonly string[] Nouns = ["ledger", "invoice", "balance", "period", "account", "supplier", "voucher", "currency", "posting", "receipt"];
    private static readonly string[] Verbs = ["close", "read", "write", "check", "merge", "split", "post", "find", "sort", "count"];

    public static IReadOnlyList<string> Kinds { get; } = ["source file", "JSON records", "log", "prose", "test run", "diff", "search hits"];

    /// <summary>Makes a result of a kind.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="characters">About how long it is to be.</param>
    /// <param name="seed">What makes it differ from others.</param>
    public static string Make(string kind, int characters, int seed)
    {
        if (kind == "log")
        {
            return string.Join('\n', MadeLogs.Make("log4j", Math.Max(1, characters / 100), seed).Select(line => line.Line));
        }

        var random = new Random(seed);
        var text = new StringBuilder(kind == "JSON records" ? "[" : string.Empty);
        for (int i = 0; text.Length < characters; i++)
        {
            string noun = Nouns[random.Next(Nouns.Length)];
            string other = Nouns[random.Next(Nouns.Length)];
            string verb = Verbs[random.Next(Verbs.Length)];
            int number = random.Next(100_000);
            text.Append(kind switch
            {
                "source file" => I($"    private decimal {verb}{other}{number}(string {noun}, int limit)\n    {{\n        return _{noun}.{verb}({noun}, limit + {number % 97}); // {verb} the {other} of {seed}\n    }}\n\n"),
                "JSON records" => I($"{(i == 0 ? string.Empty : ",")}\n  {{ \"id\": {number}, \"name\": \"{noun} {verb} {seed}\", \"state\": \"{other}\", \"amount\": {number / 100.0} }}"),
                "prose" => I($"The {noun} of case {number} has to {verb} the {other} before the end of period {seed}, which the {Nouns[i % Nouns.Length]} may not know{(i % 5 == 4 ? ".\n\n" : ". ")}"),
                "test run" => I($"  {(number % 50 == 0 ? "Failed" : "Passed")} Acme.{noun}Tests.{verb}_{other}_{number} [{number % 300} ms]\n"),
                "diff" => I($"{(i % 6 == 0 ? $"diff --git a/{noun}{i}.cs b/{noun}{i}.cs\n--- a/{noun}{i}.cs\n+++ b/{noun}{i}.cs\n@@ -{i},9 +{i},9 @@\n" : string.Empty)}{(i % 6 == 3 ? "-" : i % 6 == 4 ? "+" : " ")}        var {noun}{number} = {verb}({other}, {seed});\n"),
                _ => I($"src/Acme/{noun}/{other}{number % 40}.cs:{number % 900}:        {verb}({noun}, {other}{number}, {seed});\n"),
            });
        }

        return kind == "JSON records" ? text.Append("\n]").ToString() : text.ToString();
    }

    private static string I(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
