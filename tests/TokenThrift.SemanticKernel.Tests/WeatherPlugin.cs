using System.ComponentModel;
using Microsoft.SemanticKernel;

namespace TokenThrift.SemanticKernel.Tests;

/// <summary>A tool to call, which remembers how often it ran and under which task.</summary>
public sealed class WeatherPlugin
{
    private int _runs;

    public int Runs => _runs;

    public string? SeenTask { get; private set; }

    [KernelFunction("weather")]
    [Description("Says what the weather is.")]
    public string Weather(string city)
    {
        Interlocked.Increment(ref _runs);
        SeenTask = Requests.AmbientTask.Current?.Name;
        return $"Sunny in {city}.";
    }
}
