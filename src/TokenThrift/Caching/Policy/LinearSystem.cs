namespace TokenThrift.Caching;

/// <summary>Solves small systems of linear equations.</summary>
internal static class LinearSystem
{
    /// <summary>Solves A x = b for a symmetric, positive definite A by Cholesky's decomposition.</summary>
    /// <param name="matrix">A's lower triangle, row by row; overwritten.</param>
    /// <param name="vector">b; overwritten by x.</param>
    public static void SolvePositive(Span<double> matrix, Span<double> vector)
    {
        int n = vector.Length;
        Decompose(matrix, n);
        SolveLower(matrix, vector);
        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++)
            {
                vector[i] -= matrix[(k * n) + i] * vector[k];
            }

            vector[i] /= matrix[(i * n) + i];
        }
    }

    /// <summary>Finds the lower triangle L with L Lᵀ = A.</summary>
    /// <param name="matrix">A's lower triangle, row by row; overwritten by L.</param>
    /// <param name="n">How many rows there are.</param>
    public static void Decompose(Span<double> matrix, int n)
    {
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = matrix[(i * n) + j];
                for (int k = 0; k < j; k++)
                {
                    sum -= matrix[(i * n) + k] * matrix[(j * n) + k];
                }

                matrix[(i * n) + j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / matrix[(j * n) + j];
            }
        }
    }

    /// <summary>Solves L x = b.</summary>
    /// <param name="lower">L, row by row.</param>
    /// <param name="vector">b; overwritten by x.</param>
    public static void SolveLower(ReadOnlySpan<double> lower, Span<double> vector)
    {
        int n = vector.Length;
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < i; k++)
            {
                vector[i] -= lower[(i * n) + k] * vector[k];
            }

            vector[i] /= lower[(i * n) + i];
        }
    }
}
