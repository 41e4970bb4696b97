using System.Runtime.Intrinsics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Eigenvalues, and vectors where wanted, of a symmetric matrix: Householder to three diagonals, then QL with implicit shifts.</summary>
internal static class SymmetricEigen
{
    /// <summary>All eigenvalues, descending.</summary>
    /// <param name="matrix">size × size, row-major; the lower triangle is read and destroyed.</param>
    /// <param name="size">Rows.</param>
    public static double[] Values(double[] matrix, int size)
    {
        (double[] diagonal, double[] off, _) = Tridiagonal(matrix, size);
        Shift(diagonal, off, null);
        Array.Sort(diagonal);
        Array.Reverse(diagonal);
        return diagonal;
    }

    /// <summary>Eigenvalues, descending, and their unit vectors as rows.</summary>
    /// <inheritdoc cref="Values"/>
    public static (double[] Values, double[][] Vectors) Decompose(double[] matrix, int size)
    {
        (double[] diagonal, double[] off, double[] scales) = Tridiagonal(matrix, size);
        double[][] rows = new double[size][];
        for (int i = 0; i < size; i++)
        {
            rows[i] = new double[size];
            rows[i][i] = 1;
        }

        // A = Q·T·Qᵀ with Q = H(n−1)…H(2); the eigenvectors of T, held as rows, are turned back by applying the reflections.
        Shift(diagonal, off, rows);
        foreach (double[] vector in rows)
        {
            for (int i = 2; i < size; i++)
            {
                ReadOnlySpan<double> reflector = matrix.AsSpan(i * size, i);
                if (scales[i] != 0)
                {
                    AddScaled(reflector, -scales[i] * Dot(reflector, vector), vector);
                }
            }
        }

        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(i => diagonal[i])];
        return ([.. order.Select(i => diagonal[i])], [.. order.Select(i => rows[i])]);
    }

    /// <summary>Reflects the last row onto its last element before the diagonal, then the one before, and so on. Row i then holds its reflector v, with H = 1 − scale·v·vᵀ.</summary>
    private static (double[] Diagonal, double[] Off, double[] Scales) Tridiagonal(double[] matrix, int size)
    {
        double[] diagonal = new double[size], off = new double[size], scales = new double[size], p = new double[size];
        for (int i = size - 1; i > 0; i--)
        {
            Span<double> v = matrix.AsSpan(i * size, i);
            diagonal[i] = matrix[(i * size) + i];
            double tail = i > 1 ? Dot(v[..(i - 1)], v[..(i - 1)]) : 0;
            if (tail == 0)
            {
                off[i] = v[i - 1];
                continue;
            }

            double norm = Math.Sqrt(tail + (v[i - 1] * v[i - 1])), head = v[i - 1];
            double signed = head > 0 ? -norm : norm;
            v[i - 1] = head - signed;
            (off[i], scales[i]) = (signed, 2 / (tail + (v[i - 1] * v[i - 1])));
            Span<double> product = p.AsSpan(0, i);
            product.Clear();
            for (int j = 0; j < i; j++)
            {
                ReadOnlySpan<double> row = matrix.AsSpan(j * size, j);
                product[j] += DotAndAdd(row, v, v[j], product) + (matrix[(j * size) + j] * v[j]);
            }

            double half = 0.5 * scales[i] * scales[i] * Dot(product, v);
            for (int j = 0; j < i; j++)
            {
                product[j] = (scales[i] * product[j]) - (half * v[j]);
            }

            for (int j = 0; j < i; j++)
            {
                Subtract(v[j], product, product[j], v, matrix.AsSpan(j * size, j + 1));
            }
        }

        diagonal[0] = matrix[0];
        return (diagonal, off, scales);
    }

    /// <summary>QL with Wilkinson's shift (the algorithm tql2 of Bowdler, Martin, Reinsch and Wilkinson); rotates the rows of <paramref name="vectors"/> along.</summary>
    private static void Shift(double[] d, double[] off, double[][]? vectors)
    {
        int size = d.Length;
        double[] e = [.. off.Skip(1), 0];
        for (int low = 0; low < size; low++)
        {
            for (int turn = 0; ; turn++)
            {
                int split = low;
                while (split < size - 1 && Math.Abs(e[split]) > 1e-16 * (Math.Abs(d[split]) + Math.Abs(d[split + 1])))
                {
                    split++;
                }

                if (split == low || turn == 100)
                {
                    break;
                }

                double g = (d[low + 1] - d[low]) / (2 * e[low]), r = double.Hypot(g, 1);
                g = d[split] - d[low] + (e[low] / (g + double.CopySign(r, g)));
                double sine = 1, cosine = 1, p = 0;
                int i = split - 1;
                for (; i >= low; i--)
                {
                    double f = sine * e[i], b = cosine * e[i];
                    r = double.Hypot(f, g);
                    e[i + 1] = r;
                    if (r == 0)
                    {
                        d[i + 1] -= p;
                        e[split] = 0;
                        break;
                    }

                    (sine, cosine) = (f / r, g / r);
                    g = d[i + 1] - p;
                    r = ((d[i] - g) * sine) + (2 * cosine * b);
                    p = sine * r;
                    d[i + 1] = g + p;
                    g = (cosine * r) - b;
                    if (vectors is not null)
                    {
                        Rotate(vectors[i], vectors[i + 1], sine, cosine);
                    }
                }

                if (r == 0 && i >= low)
                {
                    continue;
                }

                d[low] -= p;
                (e[low], e[split]) = (g, 0);
            }
        }
    }

    private static void Rotate(Span<double> first, Span<double> second, double sine, double cosine)
    {
        Vector512<double> s = Vector512.Create(sine), c = Vector512.Create(cosine);
        int i = 0;
        for (; i <= first.Length - 8; i += 8)
        {
            Vector512<double> a = Vector512.Create<double>(first[i..]), b = Vector512.Create<double>(second[i..]);
            ((s * a) + (c * b)).CopyTo(second[i..]);
            ((c * a) - (s * b)).CopyTo(first[i..]);
        }

        for (; i < first.Length; i++)
        {
            (first[i], second[i]) = ((cosine * first[i]) - (sine * second[i]), (sine * first[i]) + (cosine * second[i]));
        }
    }

    /// <summary>The dot product over the shorter of both.</summary>
    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector512<double> sum = default;
        int i = 0;
        for (; i <= a.Length - 8; i += 8)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(a[i..]), Vector512.Create(b[i..]), sum);
        }

        double total = Vector512.Sum(sum);
        for (; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }

    /// <summary>target += factor · a over the length of a.</summary>
    internal static void AddScaled(ReadOnlySpan<double> a, double factor, Span<double> target)
    {
        Vector512<double> scale = Vector512.Create(factor);
        int i = 0;
        for (; i <= a.Length - 8; i += 8)
        {
            Vector512.FusedMultiplyAdd(scale, Vector512.Create(a[i..]), Vector512.Create<double>(target[i..])).CopyTo(target[i..]);
        }

        for (; i < a.Length; i++)
        {
            target[i] += factor * a[i];
        }
    }

    /// <summary>One pass over a row of the triangle serves both of its halves: row·v, and target += factor · row.</summary>
    private static double DotAndAdd(ReadOnlySpan<double> row, ReadOnlySpan<double> v, double factor, Span<double> target)
    {
        Vector512<double> sum = default, scale = Vector512.Create(factor);
        int i = 0;
        for (; i <= row.Length - 8; i += 8)
        {
            Vector512<double> a = Vector512.Create(row[i..]);
            sum = Vector512.FusedMultiplyAdd(a, Vector512.Create(v[i..]), sum);
            Vector512.FusedMultiplyAdd(scale, a, Vector512.Create<double>(target[i..])).CopyTo(target[i..]);
        }

        double total = Vector512.Sum(sum);
        for (; i < row.Length; i++)
        {
            total += row[i] * v[i];
            target[i] += factor * row[i];
        }

        return total;
    }

    private static void Subtract(double a, ReadOnlySpan<double> x, double b, ReadOnlySpan<double> y, Span<double> row)
    {
        Vector512<double> u = Vector512.Create(-a), w = Vector512.Create(-b);
        int i = 0;
        for (; i <= row.Length - 8; i += 8)
        {
            Vector512<double> first = Vector512.FusedMultiplyAdd(u, Vector512.Create(x[i..]), Vector512.Create<double>(row[i..]));
            Vector512.FusedMultiplyAdd(w, Vector512.Create(y[i..]), first).CopyTo(row[i..]);
        }

        for (; i < row.Length; i++)
        {
            row[i] -= (a * x[i]) + (b * y[i]);
        }
    }
}
