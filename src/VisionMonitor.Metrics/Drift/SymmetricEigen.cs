using System.Runtime.Intrinsics;

namespace VisionMonitor.Metrics.Drift;

/// <summary>Eigenvalues, and vectors where wanted, of a symmetric matrix: Householder to three diagonals, then QL with implicit shifts.</summary>
internal static class SymmetricEigen
{
    /// <summary>Reflections that are brought to the rest of the matrix together.</summary>
    private const int Panel = 32;

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

    /// <summary>
    /// Reflects the last row onto its last element before the diagonal, then the one before, and so on. Row i then holds its reflector v, with H = 1 − scale·v·vᵀ.
    /// What <see cref="Panel"/> reflections do to the rest is done at once, as a product of matrices (Dongarra, Hammarling and Sorensen 1989).
    /// </summary>
    private static (double[] Diagonal, double[] Off, double[] Scales) Tridiagonal(double[] matrix, int size)
    {
        double[] diagonal = new double[size], off = new double[size], scales = new double[size], left = new double[2 * Panel * size], right = new double[left.Length];
        double[][] reflectors = [.. Enumerable.Range(0, Panel).Select(_ => new double[size])], products = [.. Enumerable.Range(0, Panel).Select(_ => new double[size])];
        for (int last = size - 1; last > 0; last -= Panel)
        {
            int steps = Math.Min(Panel, last);
            for (int step = 0; step < steps; step++)
            {
                int i = last - step;
                Span<double> row = matrix.AsSpan(i * size, i + 1), v = row[..i];
                for (int k = 0; k < step; k++)
                {
                    Subtract(reflectors[k][i], products[k], products[k][i], reflectors[k], row);
                }

                diagonal[i] = row[i];
                double tail = i > 1 ? Dot(v[..(i - 1)], v[..(i - 1)]) : 0, head = v[i - 1];
                if (tail == 0)
                {
                    off[i] = head;
                    Array.Clear(reflectors[step]);
                    Array.Clear(products[step]);
                    continue;
                }

                double norm = Math.Sqrt(tail + (head * head)), signed = head > 0 ? -norm : norm;
                v[i - 1] = head - signed;
                (off[i], scales[i]) = (signed, 2 / (tail + (v[i - 1] * v[i - 1])));
                v.CopyTo(reflectors[step]);
                Span<double> product = products[step].AsSpan(0, i);
                SymmetricTimes(matrix, size, v, product);
                for (int k = 0; k < step; k++)
                {
                    Subtract(Dot(v, products[k]), reflectors[k], Dot(v, reflectors[k]), products[k], product);
                }

                double half = 0.5 * scales[i] * scales[i] * Dot(product, v);
                for (int j = 0; j < i; j++)
                {
                    product[j] = (scales[i] * product[j]) - (half * v[j]);
                }
            }

            Update(matrix, size, last - steps + 1, steps, reflectors, products, left, right);
        }

        diagonal[0] = matrix[0];
        return (diagonal, off, scales);
    }

    /// <summary>The lower triangle −= V·Wᵀ + W·Vᵀ in its first rows.</summary>
    private static void Update(double[] matrix, int size, int rows, int steps, double[][] reflectors, double[][] products, double[] left, double[] right)
    {
        int width = 2 * steps;
        for (int j = 0; j < rows; j++)
        {
            for (int k = 0; k < steps; k++)
            {
                (left[(j * width) + k], left[(j * width) + steps + k]) = (-reflectors[k][j], -products[k][j]);
                (right[(j * width) + k], right[(j * width) + steps + k]) = (products[k][j], reflectors[k][j]);
            }
        }

        PackedRows<double> packed = PackedRows<double>.Rented(right.AsSpan(0, rows * width), rows, width);
        MatrixProduct.AddLower(left.AsSpan(0, rows * width), packed, matrix, size);
        packed.Return();
    }

    /// <summary>A·v for the symmetric A whose lower triangle the first rows hold; both halves are served by one pass, four rows at a time.</summary>
    private static void SymmetricTimes(double[] matrix, int size, ReadOnlySpan<double> v, Span<double> product)
    {
        product.Clear();
        int j = 0;
        for (; j <= v.Length - 4; j += 4)
        {
            FourRows(matrix, j * size, size, v, j, product);
            for (int r = 0; r < 4; r++)
            {
                for (int c = 0; c <= r; c++)
                {
                    double value = matrix[((j + r) * size) + j + c];
                    product[j + r] += value * v[j + c];
                    product[j + c] += c < r ? value * v[j + r] : 0;
                }
            }
        }

        for (; j < v.Length; j++)
        {
            product[j] += DotAndAdd(matrix.AsSpan(j * size, j), v, v[j], product) + (matrix[(j * size) + j] * v[j]);
        }
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

                double g = (d[low + 1] - d[low]) / (2 * e[low]), r = Math.Sqrt((g * g) + 1);
                g = d[split] - d[low] + (e[low] / (g + double.CopySign(r, g)));
                double sine = 1, cosine = 1, p = 0;
                int i = split - 1;
                for (; i >= low; i--)
                {
                    double f = sine * e[i], b = cosine * e[i];
                    r = Math.Sqrt((f * f) + (g * g));
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

    /// <summary>Four rows of the triangle up to their common width: product[from + r] += row r·v, and product += Σ v[from + r] · row r.</summary>
    private static void FourRows(double[] matrix, int start, int size, ReadOnlySpan<double> v, int from, Span<double> product)
    {
        ReadOnlySpan<double> a = matrix.AsSpan(start, from), b = matrix.AsSpan(start + size, from), c = matrix.AsSpan(start + (2 * size), from), d = matrix.AsSpan(start + (3 * size), from);
        (double v0, double v1, double v2, double v3) = (v[from], v[from + 1], v[from + 2], v[from + 3]);
        Vector512<double> s0 = Vector512.Create(v0), s1 = Vector512.Create(v1), s2 = Vector512.Create(v2), s3 = Vector512.Create(v3), p0 = default, p1 = default, p2 = default, p3 = default;
        int i = 0;
        for (; i <= from - 8; i += 8)
        {
            Vector512<double> x = Vector512.Create(v[i..]), target = Vector512.Create<double>(product[i..]);
            Vector512<double> row = Vector512.Create(a[i..]);
            (p0, target) = (Vector512.FusedMultiplyAdd(row, x, p0), Vector512.FusedMultiplyAdd(row, s0, target));
            row = Vector512.Create(b[i..]);
            (p1, target) = (Vector512.FusedMultiplyAdd(row, x, p1), Vector512.FusedMultiplyAdd(row, s1, target));
            row = Vector512.Create(c[i..]);
            (p2, target) = (Vector512.FusedMultiplyAdd(row, x, p2), Vector512.FusedMultiplyAdd(row, s2, target));
            row = Vector512.Create(d[i..]);
            (p3, target) = (Vector512.FusedMultiplyAdd(row, x, p3), Vector512.FusedMultiplyAdd(row, s3, target));
            target.CopyTo(product[i..]);
        }

        (double t0, double t1, double t2, double t3) = (Vector512.Sum(p0), Vector512.Sum(p1), Vector512.Sum(p2), Vector512.Sum(p3));
        for (; i < from; i++)
        {
            (t0, t1, t2, t3) = (t0 + (a[i] * v[i]), t1 + (b[i] * v[i]), t2 + (c[i] * v[i]), t3 + (d[i] * v[i]));
            product[i] += (v0 * a[i]) + (v1 * b[i]) + (v2 * c[i]) + (v3 * d[i]);
        }

        (product[from], product[from + 1], product[from + 2], product[from + 3]) = (product[from] + t0, product[from + 1] + t1, product[from + 2] + t2, product[from + 3] + t3);
    }

    /// <summary>row −= a · x + b · y over the length of the row.</summary>
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
