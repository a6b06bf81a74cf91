using System.Globalization;
using System.Text;

namespace TokenThrift.Evaluation.Compression;

/// <summary>Draws what policies cost over the calls of a conversation, as SVG that can be read on light and on dark ground.</summary>
internal static class CostChart
{
    private const double Width = 800;
    private const double Height = 470;
    private const double Left = 60;
    private const double Right = 292;
    private const double Top = 46;
    private const double Bottom = 46;
    private const double LabelHeight = 31;

    // What keeps less of what the answers drew on saves by forgetting.
    private const double EnoughEvidence = 0.95;
    private const string Ours = "tokenthrift";
    private const string Nothing = "none";

    // Of middling lightness, so that they stand out from white and from black.
    private const string Ink = "#7d838c";
    private const string OurColor = "#1f9d62";
    private static readonly string[] Colors = ["#b5762a", "#c2559d", "#4d8fd6", "#d0573f", "#8d72d8", "#2f9aa8", "#93912a"];

    public static string Draw(IReadOnlyList<CostCurve> curves, decimal read, decimal write)
    {
        int calls = curves[0].Costs.Count;
        double most = (double)curves.Max(curve => curve.Costs[^1]);
        double step = RoundStep(most / 6);
        double top = Math.Ceiling(most / step) * step;
        double X(double call) => Left + (call / calls * (Width - Left - Right));
        double Y(double cost) => Height - Bottom - (cost / top * (Height - Top - Bottom));

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" role=\"img\" font-family=\"system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif\" font-size=\"12.5\" fill=\"{Ink}\">\n");
        svg.Append("<title>What the input cost, call by call</title>\n<desc>").AppendJoin("; ", curves.Select(curve => $"{ReplayPolicies.Title(curve.Name)}: {Figures(curve, curves)}")).Append("</desc>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"18\" font-size=\"15\" font-weight=\"600\">What the input cost up to each call</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"35\">million input tokens; from cache x {read}, other x {write}; with what was fetched back</text>\n");
        for (double tick = 0; tick <= top + (step / 2); tick += step)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Y(tick):0.#}H{Width - Right}\" stroke=\"{Ink}\" stroke-opacity=\"{(tick == 0 ? 0.9 : 0.25)}\"/><text x=\"{Left - 8}\" y=\"{Y(tick) + 4:0.#}\" text-anchor=\"end\">{tick / 1e6:0.##}</text>\n");
        }

        double callStep = RoundStep(calls / 5.0);
        for (double call = 0; call <= calls; call += callStep)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(call):0.#}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{call:0}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2:0.#}\" y=\"{Height - 8}\" text-anchor=\"middle\">calls of the conversation; dashed: less than {EnoughEvidence:P0} of the evidence kept</text>\n");
        CostCurve[] byEnd = [.. curves.OrderByDescending(curve => curve.Costs[^1])];
        double[] places = Spread([.. byEnd.Select(curve => Y((double)curve.Costs[^1]))]);
        for (int i = 0; i < byEnd.Length; i++)
        {
            CostCurve curve = byEnd[i];
            bool isOurs = curve.Name == Ours;
            string color = isOurs ? OurColor : curve.Name == Nothing ? Ink : Colors[ColorOf(curve.Name)];
            double end = Y((double)curve.Costs[^1]);
            string dashes = curve.EvidenceKept < EnoughEvidence ? " stroke-dasharray=\"5 4\"" : string.Empty;
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"{Line(curve, X, Y)}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{(isOurs ? 3.2 : 1.8)}\" stroke-linejoin=\"round\"{dashes}/>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Width - Right} {end:0.#}L{Width - Right + 16} {places[i]:0.#}\" fill=\"none\" stroke=\"{color}\" stroke-opacity=\"0.7\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right + 20}\" y=\"{places[i] - 2:0.#}\" fill=\"{color}\"{(isOurs ? " font-weight=\"700\"" : string.Empty)}>{ReplayPolicies.Title(curve.Name)}<tspan x=\"{Width - Right + 20}\" dy=\"14\" fill=\"{Ink}\" font-weight=\"400\">{Figures(curve, curves)}</tspan></text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Figures(CostCurve curve, IReadOnlyList<CostCurve> curves)
    {
        CostCurve whole = curves.First(other => other.Name == Nothing);
        return curve.Name == Nothing ? "as the application sends it" : string.Create(
            CultureInfo.InvariantCulture, $"{(curve.Costs[^1] / whole.Costs[^1]) - 1:+0.0 %;−0.0 %}, evidence kept {curve.EvidenceKept:0.000}");
    }

    private static int ColorOf(string name) => ReplayPolicies.Names.Where(other => other is not (Ours or Nothing)).ToList().IndexOf(name) % Colors.Length;

    private static string Line(CostCurve curve, Func<double, double> x, Func<double, double> y)
    {
        var path = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"M{x(0):0.#} {y(0):0.#}"));
        for (int call = 0; call < curve.Costs.Count; call++)
        {
            path.Append(CultureInfo.InvariantCulture, $"L{x(call + 1):0.#} {y((double)curve.Costs[call]):0.#}");
        }

        return path.ToString();
    }

    // Labels from top to bottom, none nearer to the next than a label is high, each as near to its line as that allows.
    private static double[] Spread(double[] wished)
    {
        double[] places = [.. wished];
        for (int i = 1; i < places.Length; i++)
        {
            places[i] = Math.Max(places[i], places[i - 1] + LabelHeight);
        }

        double floor = Height - Bottom;
        for (int i = places.Length - 1; i >= 0; i--)
        {
            places[i] = Math.Min(places[i], floor);
            floor = places[i] - LabelHeight;
        }

        return places;
    }

    private static double RoundStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double lead = rough / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }
}
