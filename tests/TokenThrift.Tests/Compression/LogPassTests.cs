using System.Globalization;
using TokenThrift.Compression;
using TokenThrift.Compression.Passes;

namespace TokenThrift.Tests.Compression;

public sealed class LogPassTests
{
    private static readonly string Log = string.Join('\n', Enumerable.Range(0, 200).Select(i => i == 77
        ? "2026-01-05 10:00:77 ERROR disk /dev/sda1 is full"
        : string.Create(CultureInfo.InvariantCulture, $"2026-01-05 10:{i / 60:00}:{i % 60:00} INFO served request {i} from 10.0.0.{i} in {i * 3} ms")));

    [Fact]
    public void Lines_that_differ_in_values_are_folded_and_alarms_stay()
    {
        string[] lines = new LogPass().Apply(new CompressionInput(Log))!.Split('\n');
        Assert.Equal("2026-01-05 10:00:00 INFO served request 0 from 10.0.0.0 in 0 ms [x199]", lines[0]);
        Assert.Equal("2026-01-05 10:00:77 ERROR disk /dev/sda1 is full", lines[1]);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void Every_alarm_line_is_kept_though_all_look_alike()
    {
        string[] alarms = [.. Enumerable.Range(0, 30).Select(i => string.Create(CultureInfo.InvariantCulture, $"2026-01-05 10:00:{i:00} WARN retry {i} of job"))];
        string result = new LogPass().Apply(new CompressionInput(string.Join('\n', alarms)))!;
        Assert.All(alarms, alarm => Assert.Contains(alarm, result, StringComparison.Ordinal));
    }

    [Fact]
    public void A_table_of_numbers_and_a_file_are_not_folded()
    {
        string table = string.Join('\n', Enumerable.Range(0, 200).Select(i => $"{i},{i * 17},{i * i}"));
        Assert.Null(new LogPass().Apply(new CompressionInput(table)));
        Assert.Null(new LogPass().Apply(new CompressionInput(Log) { IsVerbatim = true }));
    }

    [Fact]
    public void A_place_that_takes_many_words_is_a_value_and_one_that_takes_few_is_not()
    {
        string[] users = ["alice", "bora", "chen", "dipa", "emeka", "farah", "goran", "hana", "ivo", "jun", "kofi", "lena"];
        string log = string.Join('\n', Enumerable.Range(0, 240).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"2026-01-05 10:{i / 60:00}:{i % 60:00} INFO door {(i % 2 == 0 ? "opened" : "closed")} by {users[i / 2 % 12]}")));
        Assert.Equal(
            ["2026-01-05 10:00:00 INFO door opened by alice [x120]", "2026-01-05 10:00:01 INFO door closed by alice [x120]"],
            Fold(log).Split('\n')[..2]);

        // Nine words in a place are too few to say that it holds a value.
        string few = string.Join('\n', log.Split('\n').Where(line => !line.Contains("jun", StringComparison.Ordinal) && !line.Contains("kofi", StringComparison.Ordinal) && !line.Contains("lena", StringComparison.Ordinal)));
        Assert.Equal(19, Fold(few).Split('\n').Length);
    }

    [Theory]
    [InlineData("fail: Acme.Ledger[4] 10:00:01.1 posting {0}")]
    [InlineData("E0105 10:00:01.100000     112 ledger.go:88] posting {0}")]
    [InlineData("10:00:01 level=error msg=\"posting {0}\"")]
    public void Errors_are_known_in_the_forms_of_several_loggers(string form)
    {
        string[] alarms = [.. Enumerable.Range(0, 25).Select(i => string.Format(CultureInfo.InvariantCulture, form, i))];
        string result = Fold(string.Join('\n', [.. alarms, .. Log.Split('\n')]));
        Assert.All(alarms, alarm => Assert.Contains(alarm, result, StringComparison.Ordinal));
    }

    private static string Fold(string log) => new LogPass().Apply(new CompressionInput(log))!;
}
