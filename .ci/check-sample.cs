#:property TreatWarningsAsErrors=false
#:property EnforceCodeStyleInBuild=false
#:property RunAnalyzers=false
#:property PublishAot=false
#:property ManagePackageVersionsCentrally=false
// Reads the last line of the sample's --json output from standard input and says what does not hold.
using System.Text.Json;

string? last = null;
while (Console.ReadLine() is { } line)
{
    last = line.Length > 0 ? line : last;
}

if (last is null)
{
    Console.Error.WriteLine("The sample printed nothing.");
    return 1;
}

using JsonDocument document = JsonDocument.Parse(last);
JsonElement root = document.RootElement;
JsonElement columns = root.GetProperty("columns");
decimal strong = columns.GetProperty("strongOnly").GetProperty("usd").GetDecimal();
decimal thrift = columns.GetProperty("tokenthrift").GetProperty("usd").GetDecimal();
decimal levers = root.GetProperty("byLever").EnumerateObject().Sum(lever => lever.Value.GetDecimal());
JsonElement[] tasks = [.. root.GetProperty("tasks").EnumerateArray()];

List<string> wrong = [];
void Check(bool holds, string what)
{
    if (!holds)
    {
        wrong.Add(what);
    }
}

decimal compressed = columns.GetProperty("compressionAndCache").GetProperty("usd").GetDecimal();
Check(compressed < strong, $"with compression and cache alone {compressed} USD is not below {strong} USD without");
Check(thrift < strong, $"with TokenThrift {thrift} USD is not below {strong} USD without");
Check(root.GetProperty("overspendUsd").GetDecimal() == 0, "a task spent more than its budget");
Check(tasks.Length >= 12, $"only {tasks.Length} tasks");
Check(root.GetProperty("seconds").GetDouble() < 60, $"took {root.GetProperty("seconds").GetDouble()} s, the limit is 60 s");
foreach (JsonElement task in tasks)
{
    string name = task.GetProperty("name").GetString()!;
    Check(task.GetProperty("passedWith").GetBoolean() || !task.GetProperty("passedWithout").GetBoolean(), $"{name} passes without TokenThrift and fails with it");
    Check(task.GetProperty("spentUsd").GetDecimal() <= task.GetProperty("limitUsd").GetDecimal(), $"{name} spent more than its limit");
}

Check(levers != 0, "no lever did anything");
foreach (string lever in (string[])["cache", "compression", "routing"])
{
    Check(root.GetProperty("byLever").GetProperty(lever).GetDecimal() > 0, $"{lever} saved nothing");
}


wrong.ForEach(Console.Error.WriteLine);
Console.WriteLine($"{strong} USD without, {thrift} USD with, {tasks.Length} tasks");
return wrong.Count == 0 ? 0 : 1;
