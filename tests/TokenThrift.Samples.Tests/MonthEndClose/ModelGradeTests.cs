using TokenThrift.Samples.MonthEndClose.Columns;
using TokenThrift.Samples.MonthEndClose.Company;
using TokenThrift.Samples.MonthEndClose.Simulation;

namespace TokenThrift.Samples.Tests.MonthEndClose;

public class ModelGradeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task The_strongest_passes_every_task_and_the_others_fail_the_hard_ones(int seed)
    {
        ColumnResult strong = await CloseAsync(seed, ModelGrade.Strong);
        ColumnResult middle = await CloseAsync(seed, ModelGrade.Middle);
        ColumnResult small = await CloseAsync(seed, ModelGrade.Small);

        Assert.Equal([], strong.Tasks.Where(x => !x.Passed).Select(x => $"{x.Name}: {x.Reason}"));
        Assert.InRange(middle.TasksPassed, 10, 15);
        Assert.InRange(small.TasksPassed, 4, 9);
    }

    [Fact]
    public async Task The_same_seed_bills_the_same_to_the_last_token()
    {
        ColumnResult first = await CloseAsync(9, ModelGrade.Middle);
        ColumnResult second = await CloseAsync(9, ModelGrade.Middle);

        Assert.Equal(first.Tasks, second.Tasks);
    }

    private static Task<ColumnResult> CloseAsync(int seed, ModelGrade grade) => ComparisonRunner.AloneAsync(GroupGenerator.Generate(seed), grade, taskDone: null, CancellationToken.None);
}
