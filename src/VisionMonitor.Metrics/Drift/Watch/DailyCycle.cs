namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>
/// How a baseline's features go with the hour of the day: two harmonics, by ridge regression of what their classes do not explain. A window of ten minutes is held
/// against what the baseline shows at its hour, not against the whole day; where the baseline knows few hours, little is taken off.
/// </summary>
internal sealed class DailyCycle
{
    /// <summary>Numbers that describe an hour.</summary>
    public const int Size = 4;

    // Images that speak for "no cycle".
    private const double Ridge = 5;

    private readonly double[] _mean = new double[Size];
    private readonly double[] _normal = new double[Size * Size];
    private readonly double[][] _right;
    private readonly double[] _waves;

    /// <summary>Learns.</summary>
    /// <param name="residuals">Images × width: what their classes do not explain.</param>
    /// <param name="hours">Hour of the day of each image, 0 ≤ hour &lt; 24.</param>
    public DailyCycle(ReadOnlySpan<float> residuals, ReadOnlySpan<double> hours)
    {
        int width = residuals.Length / hours.Length;
        _waves = new double[hours.Length * Size];
        for (int image = 0; image < hours.Length; image++)
        {
            Describe(hours[image], _waves.AsSpan(image * Size, Size));
            SymmetricEigen.AddScaled(_waves.AsSpan(image * Size, Size), 1.0 / hours.Length, _mean);
        }

        _right = [.. Enumerable.Range(0, Size).Select(_ => new double[width])];
        for (int image = 0; image < hours.Length; image++)
        {
            Span<double> waves = _waves.AsSpan(image * Size, Size);
            SymmetricEigen.AddScaled(_mean, -1, waves);
            Add(_normal, _right, waves, residuals.Slice(image * width, width), 1);
        }

        for (int i = 0; i < Size; i++)
        {
            _normal[(i * Size) + i] += Ridge;
        }
    }

    /// <summary>sum −= what images of these hours show without drift.</summary>
    /// <param name="hours">How many of the window's images were taken in each hour of the day.</param>
    /// <param name="sum">The window's residuals, summed.</param>
    public void TakeOff(ReadOnlySpan<double> hours, Span<double> sum)
    {
        Span<double> waves = stackalloc double[Size], total = stackalloc double[Size];
        for (int hour = 0; hour < hours.Length; hour++)
        {
            Describe(hour + 0.5, waves);
            SymmetricEigen.AddScaled(waves, hours[hour], total);
            SymmetricEigen.AddScaled(_mean, -hours[hour], total);
        }

        TakeOff(_normal, _right, total, sum);
    }

    /// <summary>The same for some of the images that this was learnt from, as if it had been learnt from the others.</summary>
    /// <param name="residuals">All images' residuals.</param>
    /// <param name="held">The window's images.</param>
    /// <param name="sum">Their residuals from the others, summed.</param>
    public void TakeOffHeldOut(ReadOnlySpan<float> residuals, ReadOnlySpan<int> held, Span<double> sum)
    {
        int width = sum.Length;
        double[] normal = (double[])_normal.Clone();
        double[][] right = [.. _right.Select(row => (double[])row.Clone())];
        Span<double> total = stackalloc double[Size];
        foreach (int image in held)
        {
            ReadOnlySpan<double> waves = _waves.AsSpan(image * Size, Size);
            Add(normal, right, waves, residuals.Slice(image * width, width), -1);
            SymmetricEigen.AddScaled(waves, 1, total);
        }

        TakeOff(normal, right, total, sum);
    }

    private static void TakeOff(double[] normal, double[][] right, ReadOnlySpan<double> total, Span<double> sum)
    {
        double[] inverse = SmallMatrix.Inverse(normal, Size);
        for (int j = 0; j < Size; j++)
        {
            double weight = 0;
            for (int i = 0; i < Size; i++)
            {
                weight += total[i] * inverse[(i * Size) + j];
            }

            SymmetricEigen.AddScaled(right[j], -weight, sum);
        }
    }

    private static void Add(double[] normal, double[][] right, ReadOnlySpan<double> waves, ReadOnlySpan<float> residual, double sign)
    {
        for (int i = 0; i < Size; i++)
        {
            SymmetricEigen.AddScaled(waves, sign * waves[i], normal.AsSpan(i * Size, Size));
            double factor = sign * waves[i];
            double[] row = right[i];
            for (int j = 0; j < residual.Length; j++)
            {
                row[j] += factor * residual[j];
            }
        }
    }

    private static void Describe(double hour, Span<double> waves)
    {
        (waves[0], waves[1]) = Math.SinCos(2 * Math.PI * hour / 24);
        (waves[2], waves[3]) = Math.SinCos(4 * Math.PI * hour / 24);
    }
}
