using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TokenThrift.Routing;

/// <summary>Reads how long a provider asks to be left alone: its headers, else its words. Pure functions.</summary>
internal static partial class RetryAfter
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Reads it off an exception.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="now">The time, for headers that give a date.</param>
    /// <returns>The wait, at most an hour; <see langword="null"/> where the provider names none.</returns>
    public static TimeSpan? Of(Exception exception, DateTimeOffset now)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if ((e is ClientResultException result && result.GetRawResponse() is { } response ? OfHeaders(response.Headers, now) : null) is { } header)
            {
                return header;
            }

            // Clients that keep the headers to themselves still repeat the provider's words.
            if (InWords().Match(e.Message) is { Success: true } words)
            {
                return Bounded((60 * Number(words.Groups["minutes"])) + (Number(words.Groups["number"]) * (words.Groups["unit"].ValueSpan.StartsWith("m", StringComparison.OrdinalIgnoreCase) ? 0.001 : 1)));
            }
        }

        return null;
    }

    /// <summary>Reads a <c>Retry-After</c> header: seconds, or a date.</summary>
    public static TimeSpan? Parse(string? text, DateTimeOffset now) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) ? Bounded(seconds)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at) ? Bounded((at - now).TotalSeconds)
        : null;

    private static TimeSpan? OfHeaders(PipelineResponseHeaders headers, DateTimeOffset now) =>
        headers.TryGetValue("retry-after-ms", out string? milliseconds) && double.TryParse(milliseconds, NumberStyles.Float, CultureInfo.InvariantCulture, out double ms)
            ? Bounded(ms / 1000)
            : headers.TryGetValue("retry-after", out string? text) ? Parse(text, now) : null;

    private static double Number(Group group) => group.Success && double.TryParse(group.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : 0;

    // A wait of days is a provider's mistake (or milliseconds taken for seconds); it is not obeyed beyond an hour. A date that has passed asks for no wait.
    private static TimeSpan? Bounded(double seconds) =>
        double.IsFinite(seconds) ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds)) : null;

    // "Please try again in 6m12.5s.", "Please retry after 12 seconds.", "Please retry in 41.27s."
    [GeneratedRegex(@"\b(?:try again|retry) (?:in|after) (?:(?<minutes>\d{1,4})m)?(?<number>\d{1,7}(?:\.\d{1,9})?) ?(?<unit>ms|milliseconds?|s|secs?|seconds?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex InWords();
}
