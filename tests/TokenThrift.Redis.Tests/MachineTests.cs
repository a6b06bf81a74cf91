using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TokenThrift.TestSupport;

namespace TokenThrift.Redis.Tests;

/// <summary>Real processes on one store, one after the other: each goes on where the one before it has ended.</summary>
public class MachineTests
{
    [Fact]
    public async Task Machine_goes_on_where_another_has_ended()
    {
        using var alone = new GarnetEngine();
        MachineReport expected = await Machine.WorkAsync(alone.Connect(), 0, 2);
        using var engine = new GarnetEngine();
        MachineReport first = await RunAsync(engine.Port, 0), second = await RunAsync(engine.Port, 1);

        // The bytes of every prompt, what was folded and what was not.
        Assert.Equal(expected.Prompts, first.Prompts.Concat(second.Prompts));
        Assert.InRange(second.Recalled, 10, Machine.Calls);
        Assert.Equal((1, 0), (first.Asked, second.Asked));
        Assert.InRange(first.Easy - first.Hard, 0.5, 1);
        Assert.Equal(first.Easy, second.Easy, 0.1);
        Assert.Equal(first.Hard, second.Hard, 0.1);
        Assert.InRange(second.Pairs, 92, 100);
        Assert.Equal((false, true), (first.Reasoned, second.Reasoned));
    }

    private static async Task<MachineReport> RunAsync(int port, int part)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(Machine).Assembly.Location, nameof(Machine), $"{port}", part.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, await errors);
        return JsonSerializer.Deserialize<MachineReport>(output)!;
    }
}
