using System.Runtime.InteropServices;

namespace TokenThrift.Routing;

/// <summary>A logistic regression that starts from weights given beforehand and leaves them only as far as labels say (L2 towards them).</summary>
/// <remarks>Fitted by Newton steps along one feature after the other. Immutable once fitted.</remarks>
internal sealed class AnswerRegression
{
    private const int Sweeps = 12;

    // Keeps the steps of a coordinate finite where the fit is sure of itself.
    private const double LeastCurvature = 0.05;
    private readonly Dictionary<uint, double> _weights = [];
    private readonly IReadOnlyDictionary<uint, double> _start;

    private AnswerRegression(IReadOnlyDictionary<uint, double> start) => _start = start;

    /// <summary>Fits the regression.</summary>
    /// <param name="rows">The features of each answer.</param>
    /// <param name="labels">What came of each, in [0, 1].</param>
    /// <param name="start">The weights that are believed without labels; 0 for all others.</param>
    /// <param name="shrinkage">How strongly a feature is held to where it starts.</param>
    /// <returns>The regression.</returns>
    public static AnswerRegression Fit(IReadOnlyList<SparseRow> rows, IReadOnlyList<double> labels, IReadOnlyDictionary<uint, double> start, Func<uint, double> shrinkage)
    {
        var regression = new AnswerRegression(start);
        var columns = new Dictionary<uint, List<(int Row, double Value)>>();
        var odds = new double[rows.Count];
        for (int r = 0; r < rows.Count; r++)
        {
            for (int i = 0; i < rows[r].Keys.Length; i++)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(columns, rows[r].Keys[i], out _) ??= []).Add((r, rows[r].Values[i]));
            }

            odds[r] = regression.LogOdds(rows[r]);
        }

        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            foreach ((uint key, List<(int Row, double Value)> cells) in columns)
            {
                double before = regression._weights.GetValueOrDefault(key, start.GetValueOrDefault(key));
                double pull = shrinkage(key);
                double gradient = pull * (before - start.GetValueOrDefault(key));
                double curvature = pull;
                foreach ((int row, double value) in cells)
                {
                    double p = Odds.FromLogit(odds[row]);
                    gradient += (p - labels[row]) * value;
                    curvature += Math.Max(LeastCurvature, p * (1 - p)) * value * value;
                }

                double step = -gradient / curvature;
                regression._weights[key] = before + step;
                foreach ((int row, double value) in cells)
                {
                    odds[row] += step * value;
                }
            }
        }

        return regression;
    }

    /// <summary>Gets the log-odds of an answer.</summary>
    public double LogOdds(SparseRow row)
    {
        double sum = 0;
        for (int i = 0; i < row.Keys.Length; i++)
        {
            sum += row.Values[i] * (_weights.TryGetValue(row.Keys[i], out double weight) ? weight : _start.GetValueOrDefault(row.Keys[i]));
        }

        return sum;
    }
}
