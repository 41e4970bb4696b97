namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>Small symmetric positive definite matrices, row-major.</summary>
internal static class SmallMatrix
{
    /// <summary>The inverse, by Gauss and Jordan without pivots: every pivot of a positive definite matrix is above 0.</summary>
    public static double[] Inverse(double[] matrix, int size)
    {
        double[] left = (double[])matrix.Clone(), inverse = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            inverse[(i * size) + i] = 1;
        }

        for (int k = 0; k < size; k++)
        {
            double scale = 1 / left[(k * size) + k];
            for (int j = 0; j < size; j++)
            {
                left[(k * size) + j] *= scale;
                inverse[(k * size) + j] *= scale;
            }

            for (int i = 0; i < size; i++)
            {
                double factor = left[(i * size) + k];
                if (i != k && factor != 0)
                {
                    SymmetricEigen.AddScaled(left.AsSpan(k * size, size), -factor, left.AsSpan(i * size, size));
                    SymmetricEigen.AddScaled(inverse.AsSpan(k * size, size), -factor, inverse.AsSpan(i * size, size));
                }
            }
        }

        return inverse;
    }

    /// <summary>xᵀ·M·x.</summary>
    public static double Quadratic(ReadOnlySpan<double> x, double[] matrix)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += x[i] * SymmetricEigen.Dot(matrix.AsSpan(i * x.Length, x.Length), x);
        }

        return sum;
    }
}
