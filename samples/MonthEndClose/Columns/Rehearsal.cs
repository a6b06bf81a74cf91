using TokenThrift.Samples.MonthEndClose.Company;
using TokenThrift.Samples.MonthEndClose.Simulation;
using TokenThrift.Samples.MonthEndClose.Tasks;

namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>
/// What a team does before it lets a cheap model near its books: it has every model close the books of other companies,
/// whose right answers it knows, and notes who got which task right each time.
/// </summary>
internal sealed class Rehearsal
{
    private const int Companies = 2;
    private const int SeedsApart = 10_007;
    private readonly HashSet<(string Task, string Model)> _passed;

    private Rehearsal(IEnumerable<ColumnResult> closes) =>
        _passed =
        [
            .. closes.GroupBy(close => close.Name).SelectMany(model => CloseTasks.All
                .Where((_, at) => model.All(close => close.Tasks[at].Passed))
                .Select(task => (task.Name, model.Key))),
        ];

    /// <summary>Gets how many tasks a rehearsal takes.</summary>
    public static int TaskRuns => Companies * ModelGrade.All.Count * CloseTasks.All.Count;

    /// <summary>Says whether a model did a task right in every rehearsal, or <see langword="null"/> where the task was not rehearsed.</summary>
    public bool? Passed(string task, string model) => CloseTasks.All.Any(x => x.Name == task) ? _passed.Contains((task, model)) : null;

    /// <summary>Closes the books of companies other than the one of a seed.</summary>
    public static async Task<Rehearsal> RunAsync(int seed, Action? taskDone, CancellationToken cancellationToken)
    {
        IEnumerable<Group> companies = Enumerable.Range(1, Companies).Select(i => GroupGenerator.Generate(seed + (i * SeedsApart)));
        return new Rehearsal(await Task.WhenAll(companies.SelectMany(company => ModelGrade.All.Select(grade =>
            Task.Run(() => ComparisonRunner.AloneAsync(company, grade, taskDone, cancellationToken), cancellationToken)))));
    }
}
