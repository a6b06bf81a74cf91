using TokenThrift.Receipts;

namespace TokenThrift.Tool.Tests;

/// <summary>A report reads receipts one at a time; what it keeps does not grow with their number. <c>receipts-report</c> of the evaluation program measures a million.</summary>
/// <remarks>It measures the memory of the process, so nothing runs beside it.</remarks>
[Collection(Alone)]
public sealed class ReportScaleTests : IDisposable
{
    private const string Alone = "alone";
    private const int Receipts = 60_000;
    private const int Early = 20_000;
    private const long MostGrowth = 6_000_000;
    private readonly ToolBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public async Task Memory_of_a_report_does_not_grow_with_the_number_of_receipts()
    {
        string path = await _bed.ReceiptsAsync(Receipts);
        var kept = new List<long>();
        SavingsReport report = SavingsReport.Of(Watched(ReceiptFile.Read(path), kept));

        Assert.Equal(Receipts, report.Total.Requests);
        Assert.InRange(kept[1] - kept[0], long.MinValue, MostGrowth);
        Assert.True(new FileInfo(path).Length > 5 * MostGrowth, "The file must be far larger than what may be kept of it.");
    }

    private static IEnumerable<ThriftReceipt> Watched(IEnumerable<ThriftReceipt> receipts, List<long> kept)
    {
        int read = 0;
        foreach (ThriftReceipt receipt in receipts)
        {
            yield return receipt;
            read++;
            if (read is Early or Receipts)
            {
                kept.Add(GC.GetTotalMemory(forceFullCollection: true));
            }
        }
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class NothingBeside;
}
