namespace TokenThrift.Caching;

/// <summary>The probability that a candidate is wrong: a logistic regression on its evidence. Immutable.</summary>
/// <remarks>
/// Fitted by Newton's method with step halving on the log likelihood and a ridge on the coefficients of standardised evidence
/// (T. Hastie et al., "The Elements of Statistical Learning", sections 4.4 and 3.4.1). Whether a candidate was checked depends on its
/// evidence and a draw, never on what came of it, so the labels are a fair sample at each level of the evidence and need no weights; that
/// the fit holds over the levels is what <see cref="Calibration"/> looks after. A prediction leans to the side of wrong by a share of its
/// standard deviation under Laplace's approximation, which is wide where labels are few or far.
/// </remarks>
internal sealed class ErrorModel
{
    private const double Ridge = 2;
    private const int Steps = 12;
    private const int Size = HitEvidence.Length + 1;

    // By how many standard deviations a prediction leans to the side of wrong.
    private const double Doubt = 0.5;

    private readonly double[] _center;
    private readonly double[] _scale;
    private readonly double[] _coefficients;
    private readonly double[] _factor;

    private ErrorModel(double[] center, double[] scale, double[] coefficients, double[] factor)
    {
        _factor = factor;
        _center = center;
        _scale = scale;
        _coefficients = coefficients;
    }

    /// <summary>Fits a model.</summary>
    /// <param name="labels">The checked candidates; at least one.</param>
    public static ErrorModel Fit(ReadOnlySpan<HitLabel> labels)
    {
        double[] center = new double[HitEvidence.Length];
        double[] scale = new double[HitEvidence.Length];
        Standardise(labels, center, scale);
        double[] rows = new double[labels.Length * Size];
        for (int i = 0; i < labels.Length; i++)
        {
            Row(labels[i].Evidence, center, scale, rows.AsSpan(i * Size, Size));
        }

        double[] coefficients = new double[Size];
        double[] gradient = new double[Size];
        double[] hessian = new double[Size * Size];
        double cost = Cost(labels, rows, coefficients);
        for (int step = 0; step < Steps; step++)
        {
            Derive(labels, rows, coefficients, gradient, hessian);
            LinearSystem.SolvePositive(hessian, gradient);
            double[] next = new double[Size];
            double length = 1;
            double reached = cost;
            for (int halving = 0; halving < 10; halving++, length /= 2)
            {
                for (int j = 0; j < Size; j++)
                {
                    next[j] = coefficients[j] + (length * gradient[j]);
                }

                reached = Cost(labels, rows, next);
                if (reached < cost)
                {
                    break;
                }
            }

            if (!(reached < cost))
            {
                break;
            }

            bool isDone = cost - reached < 1e-3;
            (coefficients, cost) = (next, reached);
            if (isDone)
            {
                break;
            }
        }

        Derive(labels, rows, coefficients, gradient, hessian);
        LinearSystem.Decompose(hessian, Size);
        return new ErrorModel(center, scale, coefficients, hessian);
    }

    /// <summary>Returns the probability that a candidate is wrong.</summary>
    public double Predict(HitEvidence evidence)
    {
        Span<double> row = stackalloc double[Size];
        Row(evidence, _center, _scale, row);
        double logit = Dot(row, _coefficients);
        LinearSystem.SolveLower(_factor, row);
        return Logistic(logit + (Doubt * Math.Sqrt(Dot(row, row))));
    }

    private static void Standardise(ReadOnlySpan<HitLabel> labels, double[] center, double[] scale)
    {
        for (int j = 0; j < HitEvidence.Length; j++)
        {
            double mean = 0;
            double square = 0;
            foreach (HitLabel label in labels)
            {
                double value = label.Evidence.Values[j];
                mean += value;
                square += value * value;
            }

            center[j] = mean / labels.Length;
            scale[j] = Math.Sqrt(Math.Max((square / labels.Length) - (center[j] * center[j]), 0)) + 1e-3;
        }
    }

    private static void Row(HitEvidence evidence, double[] center, double[] scale, Span<double> row)
    {
        row[0] = 1;
        ReadOnlySpan<float> values = evidence.Values;
        for (int j = 0; j < values.Length; j++)
        {
            row[j + 1] = (values[j] - center[j]) / scale[j];
        }
    }

    private static double Cost(ReadOnlySpan<HitLabel> labels, double[] rows, double[] coefficients)
    {
        double cost = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double z = Dot(rows.AsSpan(i * Size, Size), coefficients);
            cost += SoftPlus(labels[i].IsWrong ? -z : z);
        }

        for (int j = 1; j < Size; j++)
        {
            cost += 0.5 * Ridge * coefficients[j] * coefficients[j];
        }

        return cost;
    }

    private static void Derive(ReadOnlySpan<HitLabel> labels, double[] rows, double[] coefficients, double[] gradient, double[] hessian)
    {
        Array.Clear(gradient);
        Array.Clear(hessian);
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<double> row = rows.AsSpan(i * Size, Size);
            double p = Logistic(Dot(row, coefficients));
            double residual = (labels[i].IsWrong ? 1 : 0) - p;
            double curvature = Math.Max(p * (1 - p), 1e-6);
            for (int j = 0; j < Size; j++)
            {
                gradient[j] += residual * row[j];
                double scaled = curvature * row[j];
                for (int k = 0; k <= j; k++)
                {
                    hessian[(j * Size) + k] += scaled * row[k];
                }
            }
        }

        hessian[0] += 1e-3;
        for (int j = 1; j < Size; j++)
        {
            hessian[(j * Size) + j] += Ridge;
            gradient[j] -= Ridge * coefficients[j];
        }
    }

    private static double Dot(ReadOnlySpan<double> row, ReadOnlySpan<double> coefficients)
    {
        double sum = 0;
        for (int j = 0; j < row.Length; j++)
        {
            sum += row[j] * coefficients[j];
        }

        return sum;
    }

    private static double Logistic(double z) => 1 / (1 + Math.Exp(-z));

    private static double SoftPlus(double z) => z > 30 ? z : Math.Log(1 + Math.Exp(z));
}
