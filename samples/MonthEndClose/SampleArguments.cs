using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TokenThrift.Samples.MonthEndClose.Output;

namespace TokenThrift.Samples.MonthEndClose;

/// <summary>What the command line asks for.</summary>
internal sealed record SampleArguments
{
    public const string Usage = """
        dotnet run --project samples/MonthEndClose -- [--seed N] [--json] [--report FILE]
        dotnet run --project samples/MonthEndClose -- --live --endpoint URL --model ID [--small ID] [--seed N] [--json]

          --seed N        makes another company (default 1)
          --json          prints one JSON object as the last line instead of tables
          --report FILE   where the savings report goes (default report.html); .html, .json, .csv or .md
          --live          asks a real OpenAI-compatible endpoint instead of the simulated provider; the key is read from OPENAI_API_KEY
          --endpoint URL  its base address, such as https://api.openai.com/v1
          --model ID      the strong model
          --small ID      a cheaper model to try first
        """;

    public int Seed { get; init; } = 1;

    public bool Json { get; init; }

    public string Report { get; init; } = "report.html";

    public bool Help { get; init; }

    public bool Live { get; init; }

    public Uri? Endpoint { get; init; }

    public string? Model { get; init; }

    public string? Small { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <returns><see langword="false"/> with one line that says what is wrong.</returns>
    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out SampleArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        var read = new SampleArguments();
        arguments = null;
        error = null;
        for (int i = 0; i < args.Count && error is null; i++)
        {
            string name = args[i];
            string? value = i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? args[i + 1] : null;
            bool takesValue = name is "--seed" or "--report" or "--endpoint" or "--model" or "--small";
            if (takesValue && value is null)
            {
                error = $"{name} needs a value.";
                break;
            }

            i += takesValue ? 1 : 0;
            switch (name)
            {
                case "--json":
                    read = read with { Json = true };
                    break;
                case "--help" or "-h":
                    read = read with { Help = true };
                    break;
                case "--live":
                    read = read with { Live = true };
                    break;
                case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seed):
                    read = read with { Seed = seed };
                    break;
                case "--seed":
                    error = $"--seed takes a whole number from 0, not '{value}'.";
                    break;
                case "--endpoint" when Uri.TryCreate(value, UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is "http" or "https":
                    read = read with { Endpoint = new Uri(value!) };
                    break;
                case "--endpoint":
                    error = $"--endpoint takes an http or https address, not '{value}'.";
                    break;
                case "--report" when ReportFile.CanWrite(value!):
                    read = read with { Report = value! };
                    break;
                case "--report":
                    error = $"--report takes a file whose name ends in .html, .json, .csv or .md, not '{value}'.";
                    break;
                case "--model":
                    read = read with { Model = value };
                    break;
                case "--small":
                    read = read with { Small = value };
                    break;
                default:
                    error = $"'{name}' is not an option; --help lists them.";
                    break;
            }
        }

        error ??= read.Live && (read.Endpoint is null || read.Model is null) ? "--live needs --endpoint and --model."
            : !read.Live && (read.Endpoint is not null || read.Model is not null || read.Small is not null) ? "--endpoint, --model and --small go with --live."
            : null;
        if (error is not null)
        {
            return false;
        }

        arguments = read;
        return true;
    }
}
