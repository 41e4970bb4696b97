namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>
/// How a baseline's features go with the hour of the day: two harmonics, by ridge regression of what their classes do not explain. A window of ten minutes is held
/// against what the baseline shows at its hour, not against the whole day. Of hours that the baseline does not know it knows nothing: a ridge keeps a baseline of few
/// images from making it up.
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
            AddSquares(_normal, waves, 1);
            for (int i = 0; i < Size; i++)
            {
                AddScaled(residuals.Slice(image * width, width), waves[i], _right[i]);
            }
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

        TakeOff(_normal, total, stackalloc double[Size], sum);
    }

    /// <summary>The same for some of the images that this was learnt from, as if it had been learnt from the others.</summary>
    /// <param name="residuals">All images' residuals.</param>
    /// <param name="held">The window's images.</param>
    /// <param name="sum">Their residuals from the others, summed.</param>
    public void TakeOffHeldOut(ReadOnlySpan<float> residuals, ReadOnlySpan<int> held, Span<double> sum)
    {
        int width = sum.Length;
        double[] normal = (double[])_normal.Clone();
        Span<double> total = stackalloc double[Size], weights = stackalloc double[Size];
        foreach (int image in held)
        {
            ReadOnlySpan<double> waves = _waves.AsSpan(image * Size, Size);
            AddSquares(normal, waves, -1);
            SymmetricEigen.AddScaled(waves, 1, total);
        }

        TakeOff(normal, total, weights, sum);
        foreach (int image in held)
        {
            AddScaled(residuals.Slice(image * width, width), SymmetricEigen.Dot(weights, _waves.AsSpan(image * Size, Size)), sum);
        }
    }

    /// <summary>sum −= weights · right, with the weights that the normal equations give.</summary>
    private void TakeOff(double[] normal, ReadOnlySpan<double> total, Span<double> weights, Span<double> sum)
    {
        double[] inverse = SmallMatrix.Inverse(normal, Size);
        for (int j = 0; j < Size; j++)
        {
            weights[j] = SymmetricEigen.Dot(total, inverse.AsSpan(j * Size, Size));
            SymmetricEigen.AddScaled(_right[j], -weights[j], sum);
        }
    }

    private static void AddSquares(double[] normal, ReadOnlySpan<double> waves, double sign)
    {
        for (int i = 0; i < Size; i++)
        {
            SymmetricEigen.AddScaled(waves, sign * waves[i], normal.AsSpan(i * Size, Size));
        }
    }

    private static void AddScaled(ReadOnlySpan<float> residual, double factor, Span<double> target)
    {
        for (int j = 0; j < residual.Length; j++)
        {
            target[j] += factor * residual[j];
        }
    }

    private static void Describe(double hour, Span<double> waves)
    {
        (waves[0], waves[1]) = Math.SinCos(2 * Math.PI * hour / 24);
        (waves[2], waves[3]) = Math.SinCos(4 * Math.PI * hour / 24);
    }
}
