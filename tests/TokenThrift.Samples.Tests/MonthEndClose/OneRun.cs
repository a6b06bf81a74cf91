using TokenThrift.Samples.MonthEndClose.Columns;

namespace TokenThrift.Samples.Tests.MonthEndClose;

/// <summary>One run of the whole sample, which the tests of the collection share.</summary>
[CollectionDefinition(Name)]
public sealed class OneRun : ICollectionFixture<OneRun>, IAsyncLifetime
{
    public const string Name = "one run of the close";

    internal Comparison Comparison { get; private set; } = null!;

    public async Task InitializeAsync() => Comparison = await ComparisonRunner.RunAsync(seed: 1);

    public Task DisposeAsync() => Task.CompletedTask;
}
