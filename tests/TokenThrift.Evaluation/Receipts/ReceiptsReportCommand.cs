using System.Diagnostics;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;
using TokenThrift.Tool;

namespace TokenThrift.Evaluation.Receipts;

/// <summary>Time and memory of <c>tokenthrift report</c> on a file of made-up receipts.</summary>
internal sealed class ReceiptsReportCommand : EvaluationCommand
{
    public override string Name => "receipts-report";

    public override string Help => "time and memory of `tokenthrift report` on made-up receipts  [--count N, default 1000000] [--out FILE to keep them in]";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        int count = arguments.Int("count", 1_000_000);
        string? kept = arguments.TextOrNull("out");
        int seed = arguments.Seed;
        arguments.RefuseUnknown();
        if (count < 1)
        {
            throw new EvaluationException("--count must be at least 1.");
        }

        string folder = Directory.CreateTempSubdirectory("receipts-").FullName;
        try
        {
            string path = kept ?? Path.Combine(folder, "receipts.jsonl");
            if (File.Exists(path))
            {
                throw new EvaluationException($"--out: '{path}' exists already.");
            }

            await WriteAsync(path, count, seed, output);
            string page = Path.Combine(folder, "report.html");
            using var process = Process.GetCurrentProcess();
            long started = Stopwatch.GetTimestamp();
            int exit = await ToolProgram.RunAsync(["report", path, "-o", page], TextWriter.Null, Console.Error);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            process.Refresh();
            if (exit != 0)
            {
                throw new EvaluationException("The report was not written.");
            }

            double megabytes = new FileInfo(path).Length / 1e6, peak = process.PeakWorkingSet64 / 1e6;
            output.Table(["receipts", "file MB", "seconds", "peak MB", "page kB"], [[$"{count}", $"{megabytes:F1}", $"{seconds:F2}", $"{peak:F0}", $"{new FileInfo(page).Length / 1000}"]]);
            return new Dictionary<string, object?> { ["receipts"] = count, ["fileMegabytes"] = Math.Round(megabytes, 1), ["seconds"] = Math.Round(seconds, 2), ["peakMegabytes"] = Math.Round(peak) };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WriteAsync(string path, int count, int seed, EvaluationOutput output)
    {
        using var sink = new JsonLinesReceiptSink(path, long.MaxValue);
        int written = 0;
        foreach (ThriftReceipt receipt in MadeUpReceipts.Of(count, seed))
        {
            await sink.AddAsync(receipt);
            output.Progress("writing receipts", ++written, count);
        }
    }
}
