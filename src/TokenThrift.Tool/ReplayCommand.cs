using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Replay;

namespace TokenThrift.Tool;

internal static class ReplayCommand
{
    public static async Task RunAsync(ToolArguments arguments, TextWriter output)
    {
        string path = arguments.Subject("The transcript");
        ModelInfo model = PriceCommand.Find(arguments.Text("--model") ?? throw new ToolException("--model is missing."));
        arguments.RefuseUnknown();
        if (!model.Prices.IsKnown)
        {
            throw new ToolException($"The price of '{model.Id}' is not known.");
        }

        List<TranscriptEpisode> episodes = Read(path);
        using var run = ReplayRun.At(model, ReplayBilling.DefaultRead, ReplayBilling.DefaultWrite);
        foreach (TranscriptEpisode episode in episodes)
        {
            await run.PlayAsync(episode).ConfigureAwait(false);
        }

        SavingsByLever levers = run.Levers;
        output.WriteLine(FormattableString.Invariant($"{episodes.Count} conversations, {run.Calls} calls at {model.Id}; cached input x {ReplayBilling.DefaultRead}, other input x {ReplayBilling.DefaultWrite} of ${model.Prices.Input!.Value / 1e6m} a million"));
        Row(output, "as sent", run.Baseline, run.Baseline);
        Row(output, "cache", -levers.Cache, run.Baseline);
        Row(output, "compression", -levers.Compression, run.Baseline);
        Row(output, "routing", -levers.Routing, run.Baseline);
        Row(output, "provider cache", -levers.ProviderCache, run.Baseline);
        Row(output, "overhead", -levers.Overhead, run.Baseline);
        Row(output, "with TokenThrift", run.Spent, run.Baseline);
        output.WriteLine(FormattableString.Invariant($"{run.Hits} cache hits, {run.Retrievals} retrievals billed, {run.EvidenceKept:0.0000} of {run.Evidence} pieces of evidence kept"));
    }

    private static void Row(TextWriter output, string name, NanoUsd amount, NanoUsd of) =>
        output.WriteLine(FormattableString.Invariant($"  {name,-18}{amount.Usd,16:0.000000000} USD {(of.Value == 0 ? 0 : amount.Usd / of.Usd),10:0.00 %}"));

    private static List<TranscriptEpisode> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new ToolException($"There is no file '{path}'.");
        }

        var episodes = new List<TranscriptEpisode>();
        int line = 0;
        try
        {
            using Stream file = File.OpenRead(path);
            using Stream plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var reader = new StreamReader(plain);
            while (reader.ReadLine() is { } text)
            {
                line++;
                if (text.Length > 0)
                {
                    episodes.Add(TranscriptParser.Episode(JsonNode.Parse(text) as JsonObject ?? throw new FormatException($"line {line}: not a JSON object."), line));
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"{path}, after line {line}: cut off or not a transcript."));
        }
        catch (FormatException e)
        {
            throw new ToolException($"{path}, {e.Message}");
        }

        return episodes.Count > 0 ? episodes : throw new ToolException($"{path}: no conversations.");
    }
}
