using System.Globalization;
using System.Text;

namespace TokenThrift.Receipts;

/// <summary>Draws lines over time as SVG, with a zero line, round ticks, units and a description for those who cannot see it.</summary>
internal static class LineChart
{
    private const double Width = 760;
    private const double Height = 240;
    private const double Left = 76;
    private const double Right = 12;
    private const double Top = 14;
    private const double Bottom = 34;

    public static string Draw(
        string id, string title, string description, IReadOnlyList<DateTimeOffset> times, string unit, IReadOnlyList<(string Name, string Class, IReadOnlyList<double> Values)> lines)
    {
        double most = Math.Max(1e-9, lines.Max(line => line.Values.Max()));
        double step = RoundStep(most / 4);
        double top = Math.Ceiling(most / step) * step;
        double from = times[0].UtcTicks;
        double span = Math.Max(1, times[^1].UtcTicks - from);
        double X(DateTimeOffset at) => Left + ((at.UtcTicks - from) / span * (Width - Left - Right));
        double Y(double value) => Height - Bottom - (value / top * (Height - Top - Bottom));

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure><figcaption><b>{ReportFormat.Html(title)}</b>");
        foreach ((string name, string kind, _) in lines)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<span class=\"key {kind}\">{ReportFormat.Html(name)}</span>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"</figcaption><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\"><title id=\"{id}-title\">{ReportFormat.Html(title)}</title><desc id=\"{id}-desc\">{ReportFormat.Html(description)}</desc>\n");
        for (double tick = 0; tick <= top + (step / 2); tick += step)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.#}\" y2=\"{Y(tick):0.#}\"/><text x=\"{Left - 8}\" y=\"{Y(tick) + 4:0.#}\" text-anchor=\"end\">{Label(tick, step, unit)}</text>\n");
        }

        string format = Format(times[0], times[^1]);
        for (int i = 0; i <= 3; i++)
        {
            DateTimeOffset at = times[0] + ((times[^1] - times[0]) * (i / 3.0));
            string anchor = i == 0 ? "start" : i == 3 ? "end" : "middle";
            if (i == 0 || times[^1] > times[0])
            {
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(at):0.#}\" y=\"{Height - 8}\" text-anchor=\"{anchor}\">{at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)}</text>\n");
            }
        }

        foreach ((_, string kind, IReadOnlyList<double> values) in lines)
        {
            var path = new StringBuilder();
            for (int i = 0; i < values.Count; i++)
            {
                // Money is spent in steps: the line holds its level until the next point.
                path.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "M" : $"H{X(times[i]):0.#}L")}{X(times[i]):0.#},{Y(values[i]):0.#}");
            }

            path.Append(CultureInfo.InvariantCulture, $"H{Width - Right:0.#}");
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line {kind}\" d=\"{path}\"/>\n");
        }

        return svg.Append("</svg></figure>\n").ToString();
    }

    private static string Format(DateTimeOffset from, DateTimeOffset to) => (to - from) switch
    {
        { TotalMinutes: < 10 } => "HH:mm:ss",
        { TotalHours: < 24 } => "HH:mm",
        { TotalDays: < 4 } => "MM-dd HH:mm",
        _ => "yyyy-MM-dd",
    };

    private static double RoundStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double lead = rough / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }

    private static string Label(double value, double step, string unit)
    {
        if (unit != "USD")
        {
            return ReportFormat.Axis((long)Math.Round(value));
        }

        int decimals = Math.Max(step >= 1 ? 0 : 2, -(int)Math.Floor(Math.Log10(step)));
        return "$" + value.ToString("#,##0" + (step >= 1 ? string.Empty : "." + new string('0', decimals)), CultureInfo.InvariantCulture);
    }
}
