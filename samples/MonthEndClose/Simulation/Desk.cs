using System.Globalization;
using System.Text.Json;
using TokenThrift.Samples.MonthEndClose.Plugins;

namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>Where a model thinks: it reads what the conversation holds, and asks for what it does not.</summary>
/// <remarks>A train of thought is run from its start at every call; where a tool's answer is missing it stops and asks.</remarks>
internal sealed class Desk(Transcript transcript, ModelGrade grade)
{
    private const int ParallelCalls = 5;
    private readonly List<string> _newNotes = [];

    public Transcript Transcript => transcript;

    public ModelGrade Grade => grade;

    /// <summary>Gets what the model writes beside its tool calls, so that it need not work it out again.</summary>
    public IReadOnlyList<string> NewNotes => _newNotes;

    public static ToolRequest Ask(string tool, params (string Name, object? Value)[] arguments) => new(tool, arguments.ToDictionary(x => x.Name, x => x.Value));

    public string Read(ToolRequest request) => ReadAll([request])[0];

    /// <summary>Reads the results of several calls; those that are missing are asked for together.</summary>
    public IReadOnlyList<string> ReadAll(IReadOnlyList<ToolRequest> requests)
    {
        ToolRequest[] named = [.. requests.Select(Named)];
        string?[] results = [.. named.Select(request => transcript.Find(request)?.Result)];
        ToolRequest[] missing = [.. named.Where((_, i) => results[i] is null)];
        return missing.Length == 0 ? [.. References.Resolve(this, results!)]
            : transcript.Tools.Count == 0 ? throw new InvalidOperationException("I may not call tools any more.")
            : throw new NeedsToolsException([.. missing.Take(ParallelCalls)]);
    }

    public ToolTable Table(ToolRequest request) => new(Read(request));

    public IReadOnlyList<ToolTable> Tables(IEnumerable<ToolRequest> requests) => [.. ReadAll([.. requests]).Select(text => new ToolTable(text))];

    /// <summary>Reads all pages of a tool for one entity, and keeps the rows that the model notices.</summary>
    public IReadOnlyList<ToolRow> Pages(string tool, string entity)
    {
        ToolRequest first = Ask(tool, ("entity", entity), ("page", 1));
        int pages = Table(first).Pages;
        ToolRequest[] all = [.. Enumerable.Range(1, pages).Select(page => page == 1 ? first : Ask(tool, ("entity", entity), ("page", page)))];
        return [.. Tables(all).Zip(all).SelectMany(x => Attention.Notice(this, x.First.Rows, Named(x.Second)))];
    }

    public IReadOnlyList<ToolRow> Rows(ToolRequest request) => Attention.Notice(this, Table(request).Rows, Named(request));

    /// <summary>Works something out once and writes it down; later calls read the note, not the sources.</summary>
    public string Note(string key, Func<string> work)
    {
        if (transcript.Note(key) is { } known)
        {
            return known;
        }

        string result = work();
        _newNotes.Add($"Note {key}: {result}");
        return result;
    }

    /// <summary>Works out expressions: with the calculator, or in the head with four significant digits.</summary>
    public IReadOnlyList<decimal> Calculate(IReadOnlyList<string> expressions)
    {
        if (expressions.Count == 0)
        {
            return [];
        }

        if (grade.UsesCalculator)
        {
            return [.. Table(Ask("calculate", ("expressions", expressions))).List("results").Select(x => x.GetDecimal())];
        }

        return [.. expressions.Select(expression => InTheHead(Arithmetic.Evaluate(expression)))];
    }

    /// <summary>Reads a policy as far as the model follows rules.</summary>
    public string Policy(string name) => Read(Ask("get_policy", ("name", name)));

    public static string Number(decimal value) => value.ToString("0.00##", CultureInfo.InvariantCulture);

    public static string Json(object value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);

    internal ToolRequest Named(ToolRequest request)
    {
        // A tool that may no longer be called may have been called before.
        string name = transcript.Tool(request.Tool)?.Name
            ?? transcript.Exchanges.Select(x => x.Tool).FirstOrDefault(x => x.EndsWith(request.Tool, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"I have no tool {request.Tool}.");
        return new ToolRequest(name, request.Arguments);
    }

    private static decimal InTheHead(decimal exact)
    {
        if (exact == 0)
        {
            return 0;
        }

        int digits = (int)Math.Floor(Math.Log10((double)Math.Abs(exact))) - 3;
        decimal unit = digits <= 0 ? 1m / (decimal)Math.Pow(10, -digits) : (decimal)Math.Pow(10, digits);
        return Math.Round(exact / unit) * unit;
    }
}
