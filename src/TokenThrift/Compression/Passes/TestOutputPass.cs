using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TokenThrift.Compression.Passes;

/// <summary>Of a test run keeps all but the lines that say that one test passed; those are counted.</summary>
internal sealed partial class TestOutputPass : ICompressionPass
{
    private const int PassedFrom = 10;

    // What the line of a test that passed cannot do without, in any of the forms; most texts have none of it.
    private static readonly SearchValues<string> Parts = SearchValues.Create(
        ["Passed ", "PASS", "\u2713", "\u2714", "\u221A", "... ok", "=== ", "\nok", "[ RUN ", "[       OK", "[-----", "Test ", " Start ", ".py "], StringComparison.Ordinal);

    public string Name => "tests";

    public bool IsLossless => false;

    public string? Apply(CompressionInput input)
    {
        if (input.IsVerbatim || !input.Text.AsSpan().ContainsAny(Parts))
        {
            return null;
        }

        string[] lines = input.Text.Split('\n');
        bool[] isKept = new bool[lines.Length];
        int passed = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            isKept[i] = lines[i].Length > 400 || !Passed().IsMatch(lines[i]) || KeptLines.MustStay(lines[i]);
            passed += isKept[i] ? 0 : 1;
        }

        return passed < PassedFrom ? null : KeptLines.Write(
            lines, isKept, (from, to) => string.Create(CultureInfo.InvariantCulture, $"[{to - from} lines of tests that passed]"));
    }

    // In order: dotnet test; Jest, Vitest, Mocha, node --test; Jest's files; pytest -v; unittest -v and cargo; go test -v; TAP; GoogleTest; CTest; pytest's dots.
    [GeneratedRegex(@"^(?:\s+Passed \S.*|\s*[\u2713\u2714\u221A] \S.*|\s*PASS\s+\S+.*|\S+::\S.* PASSED(?:\s+\[ *\d+%\])?|(?:test )?\S.* \.\.\. ok|=== (?:RUN|CONT|PAUSE|NAME)\s+\S+|\s*--- PASS: \S.*|ok\s+\S+\s+(?:\d[\d.]*s|\(cached\)).*|ok \d+ .*|\[(?: RUN      |       OK |-{10})\] .*|\s*\d+/\d+ Test\s+#\d+: .* Passed .*|\s*Start +\d+: \S.*|\S+\.py \.+(?:\s+\[ *\d+%\])?)\r?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Passed();
}
