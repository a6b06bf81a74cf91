using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>Runs this program again as a child.</summary>
internal static class ChildProcess
{
    public static Process Start(params string[] arguments)
    {
        // Started by the dotnet host or as its own executable.
        string self = Environment.ProcessPath!;
        var start = new ProcessStartInfo(self) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(self).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    /// <summary>Reads the JSON object with which a child ends.</summary>
    public static async Task<JsonDocument> ResultAsync(Process child)
    {
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string[] lines = (await child.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await child.WaitForExitAsync();
        return child.ExitCode == 0 && lines.Length > 0
            ? JsonDocument.Parse(lines[^1])
            : throw new EvaluationException($"A child process ended with {child.ExitCode}: {await errors}");
    }
}
