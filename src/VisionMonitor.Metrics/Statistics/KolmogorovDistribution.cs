namespace VisionMonitor.Metrics.Statistics;

/// <summary>The law of Kolmogorov and Smirnov's largest gap, exactly as scipy takes it (Simard and L'Ecuyer 2011).</summary>
public static class KolmogorovDistribution
{
    /// <summary>Chance of a gap of at least <paramref name="gap"/> between a continuous law and the distribution function of a sample drawn from it.</summary>
    /// <param name="gap">0 to 1.</param>
    /// <param name="count">Size of the sample, at least 1; for two samples of m and n, round(m·n / (m + n)).</param>
    public static double Above(double gap, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        double t = count * gap, square = t * gap;
        if (t <= 0.5 || double.IsNaN(gap))
        {
            return 1;
        }

        if (gap >= 1 || square >= 370)
        {
            return 0;
        }

        if (t <= 1)
        {
            double log = 0;
            for (int i = 1; i <= count; i++)
            {
                log += Math.Log(i * ((2 * t) - 1) / count);
            }

            return 1 - Math.Exp(log);
        }

        if (t >= count - 1)
        {
            return 2 * Math.Pow(1 - gap, count);
        }

        // Both gaps at once are so unlikely there that twice the one-sided chance is as good: Miller's approximation.
        if (gap >= 0.5 || square >= (count <= 140 ? 4 : 2.2))
        {
            return Math.Clamp(2 * OneSidedAbove(gap, count), 0, 1);
        }

        double below = count <= 140 || (count <= 100_000 && count * Math.Pow(gap, 1.5) <= 1.4) ? DurbinMatrix(gap, count) : PelzGood(gap, count);
        return Math.Clamp(1 - below, 0, 1);
    }

    /// <summary>The exact chance that two samples of one continuous law lie at least <paramref name="gap"/> apart: lattice paths that leave the band (Hodges 1958).</summary>
    /// <param name="gap">0 to 1.</param>
    /// <param name="m">Size of the one sample, at least 1.</param>
    /// <param name="n">Size of the other, at least 1; the cost grows with m·n.</param>
    public static double TwoSampleAbove(double gap, int m, int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(m, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);

        // |i/m − j/n| is a multiple of 1 / lcm; half a step keeps rounding from deciding.
        long common = (long)m / Gcd(m, n) * n, limit = (long)Math.Round(gap * common);
        double[] inside = new double[n + 1];
        for (int i = 0; i <= m; i++)
        {
            for (int j = 0; j <= n; j++)
            {
                bool isOut = Math.Abs((i * (common / m)) - (j * (common / n))) >= limit;
                inside[j] = (isOut, i, j) switch
                {
                    (true, _, _) => 0,
                    (_, 0, 0) => 1,
                    _ => (inside[j] * i / (i + j)) + (j > 0 ? inside[j - 1] * j / (i + j) : 0),
                };
            }
        }

        return limit == 0 ? 1 : Math.Clamp(1 - inside[n], 0, 1);
    }

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);

    /// <summary>Birnbaum and Tingey: d·Σ C(n, j)·(d + j/n)^(j − 1)·(1 − d − j/n)^(n − j).</summary>
    private static double OneSidedAbove(double gap, int count)
    {
        double sum = 0, logChoose = 0;
        int last = (int)Math.Floor(count * (1 - gap));
        for (int j = 0; j <= last; j++)
        {
            double up = gap + ((double)j / count), down = 1 - up;
            if (down > 0)
            {
                sum += Math.Exp(logChoose + ((j - 1) * Math.Log(up)) + ((count - j) * Math.Log(down)));
            }
            else if (j == count)
            {
                sum += Math.Exp(logChoose + ((j - 1) * Math.Log(up)));
            }

            logChoose += Math.Log((double)(count - j) / (j + 1));
        }

        return gap * sum;
    }

    /// <summary>Durbin's matrix in the form of Marsaglia, Tsang and Wang 2003; exact.</summary>
    private static double DurbinMatrix(double gap, int count)
    {
        int k = (int)Math.Floor(count * gap) + 1, size = (2 * k) - 1;
        double h = k - (count * gap);
        double[] matrix = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size && j <= i + 1; j++)
            {
                matrix[(i * size) + j] = 1;
            }
        }

        for (int i = 0; i < size; i++)
        {
            matrix[i * size] -= Math.Pow(h, i + 1);
            matrix[((size - 1) * size) + i] -= Math.Pow(h, size - i);
        }

        matrix[(size - 1) * size] += (2 * h) - 1 > 0 ? Math.Pow((2 * h) - 1, size) : 0;
        for (int i = 0; i < size; i++)
        {
            double factorial = 1;
            for (int j = i; j >= 0; j--)
            {
                factorial *= i - j + 1;
                matrix[(i * size) + j] /= factorial;
            }
        }

        (double[] power, int exponent) = Power(matrix, size, count);
        double value = power[((k - 1) * size) + k - 1];
        for (int i = 1; i <= count; i++)
        {
            value = value * i / count;
            if (value < 1e-140)
            {
                value *= 1e140;
                exponent -= 140;
            }
        }

        return value * Math.Pow(10, exponent);
    }

    private static (double[] Power, int Exponent) Power(double[] matrix, int size, int count)
    {
        if (count == 1)
        {
            return (matrix, 0);
        }

        (double[] half, int exponent) = Power(matrix, size, count / 2);
        double[] power = Product(half, half, size);
        exponent *= 2;
        power = count % 2 == 0 ? power : Product(matrix, power, size);
        if (power[((size / 2) * size) + (size / 2)] > 1e140)
        {
            power = Array.ConvertAll(power, v => v * 1e-140);
            exponent += 140;
        }

        return (power, exponent);
    }

    private static double[] Product(double[] a, double[] b, int size)
    {
        double[] product = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int k = 0; k < size; k++)
            {
                double factor = a[(i * size) + k];
                for (int j = 0; j < size; j++)
                {
                    product[(i * size) + j] += factor * b[(k * size) + j];
                }
            }
        }

        return product;
    }

    /// <summary>Pelz and Good 1976: K₀ + K₁/√n + K₂/n + K₃/n^(3/2).</summary>
    private static double PelzGood(double gap, int count)
    {
        double root = Math.Sqrt(count), z = root * gap, z2 = z * z, z3 = z2 * z, z4 = z2 * z2, z6 = z4 * z2;
        double p2 = Math.PI * Math.PI, p4 = p2 * p2, p6 = p4 * p2;
        double k0 = 0, k1 = 0, k2 = 0, k2Whole = 0, k3 = 0, k3Whole = 0;
        int terms = (int)Math.Ceiling(16 * z / Math.PI) + 1;
        for (int k = terms; k >= 0; k--)
        {
            double m2 = (k + 0.5) * (k + 0.5), m4 = m2 * m2, e = Math.Exp(-p2 * m2 / (2 * z2));
            k0 += e;
            k1 += ((p2 * m2) - z2) * e;
            k2 += ((6 * z6) + (2 * z4) + (p2 * ((2 * z4) - (5 * z2)) * m2) + (p4 * (1 - (2 * z2)) * m4)) * e;
            k3 += ((p6 * m4 * m2 * (5 - (30 * z2))) + (p4 * m4 * ((-60 * z2) + (212 * z4))) + (p2 * m2 * ((135 * z4) - (96 * z6))) - (30 * z6) - (90 * z6 * z2)) * e;
            double w2 = (double)k * k, whole = Math.Exp(-p2 * w2 / (2 * z2));
            k2Whole += p2 * w2 * whole;
            k3Whole += ((3 * p2 * w2 * z2) - (p4 * w2 * w2)) * whole;
        }

        // Each sum runs over all whole k, and its terms are the same for k and −k − 1 (or −k).
        double half = Math.Sqrt(Math.PI / 2);
        k0 *= Math.Sqrt(2 * Math.PI) / z;
        k1 *= 2 * half / (6 * z4);
        k2 = (2 * half * k2 / (72 * z6 * z)) - (2 * half * k2Whole / (36 * z3));
        k3 = (2 * half * k3 / (6480 * z6 * z4)) + (2 * half * k3Whole / (216 * z6));
        return Math.Clamp(k0 + (k1 / root) + (k2 / count) + (k3 / (count * root)), 0, 1);
    }
}
