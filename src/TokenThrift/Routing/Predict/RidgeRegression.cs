using System.Runtime.InteropServices;

namespace TokenThrift.Routing;

/// <summary>A linear regression with L2 shrinkage over sparse features, several targets at once, fitted by coordinate descent.</summary>
/// <remarks>Features that a single row has tell nothing of others and are left out. Immutable once fitted.</remarks>
internal sealed class RidgeRegression
{
    private const double Shrinkage = 5;
    private const int Sweeps = 15;
    private readonly Dictionary<uint, int> _columns = [];
    private readonly float[] _weights;
    private readonly int _targets;

    private RidgeRegression(Dictionary<uint, int> columns, int targets)
    {
        _columns = columns;
        _targets = targets;
        _weights = new float[columns.Count * targets];
    }

    /// <summary>Fits the regression.</summary>
    /// <param name="rows">The features of each row.</param>
    /// <param name="targets">The targets of each row, about 0 on average; NaN where one is not known.</param>
    /// <param name="count">The number of targets.</param>
    /// <returns>The regression.</returns>
    public static RidgeRegression Fit(IReadOnlyList<SparseRow> rows, IReadOnlyList<float[]> targets, int count)
    {
        List<List<(int Row, float Value)>> columns = [];
        var regression = new RidgeRegression(ColumnsOf(rows, columns), count);
        float[] residuals = [.. targets.SelectMany(t => t)];
        var squares = new double[count];
        var products = new double[count];
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int column = 0; column < columns.Count; column++)
            {
                regression.Descend(column, CollectionsMarshal.AsSpan(columns[column]), residuals, squares, products);
            }
        }

        return regression;
    }

    /// <summary>Adds up the targets that a row's features speak for.</summary>
    public double[] Predict(SparseRow row)
    {
        var sums = new double[_targets];
        for (int i = 0; i < row.Keys.Length; i++)
        {
            if (_columns.TryGetValue(row.Keys[i], out int column))
            {
                for (int t = 0; t < _targets; t++)
                {
                    sums[t] += _weights[(column * _targets) + t] * row.Values[i];
                }
            }
        }

        return sums;
    }

    private static Dictionary<uint, int> ColumnsOf(IReadOnlyList<SparseRow> rows, List<List<(int Row, float Value)>> columns)
    {
        var seen = new Dictionary<uint, int>();
        foreach (SparseRow row in rows)
        {
            foreach (uint key in row.Keys)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(seen, key, out _)++;
            }
        }

        var index = new Dictionary<uint, int>();
        for (int r = 0; r < rows.Count; r++)
        {
            for (int i = 0; i < rows[r].Keys.Length; i++)
            {
                uint key = rows[r].Keys[i];
                if (seen[key] > 1 && rows[r].Values[i] != 0)
                {
                    if (!index.TryGetValue(key, out int column))
                    {
                        index[key] = column = columns.Count;
                        columns.Add([]);
                    }

                    columns[column].Add((r, rows[r].Values[i]));
                }
            }
        }

        return index;
    }

    // The best weights of one column while all others stay, for each target.
    private void Descend(int column, ReadOnlySpan<(int Row, float Value)> cells, float[] residuals, double[] squares, double[] products)
    {
        Array.Clear(squares);
        Array.Clear(products);
        foreach ((int row, float value) in cells)
        {
            for (int t = 0; t < _targets; t++)
            {
                float residual = residuals[(row * _targets) + t];
                if (!float.IsNaN(residual))
                {
                    squares[t] += value * value;
                    products[t] += value * residual;
                }
            }
        }

        for (int t = 0; t < _targets; t++)
        {
            ref float weight = ref _weights[(column * _targets) + t];
            float step = (float)((products[t] + (squares[t] * weight)) / (squares[t] + Shrinkage)) - weight;
            weight += step;
            foreach ((int row, float value) in cells)
            {
                residuals[(row * _targets) + t] -= step * value;
            }
        }
    }
}

/// <summary>The features of one row that are not zero.</summary>
internal readonly record struct SparseRow(uint[] Keys, float[] Values);
