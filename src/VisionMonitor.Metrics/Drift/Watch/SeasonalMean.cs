namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>What a channel shows without drift at an hour of the day: a mean, three harmonics of the day and, with four weeks of history, a step for weekends.</summary>
internal sealed class SeasonalMean
{
    private readonly int _harmonics;
    private readonly bool _hasWeekend;
    private readonly double[][] _coefficients;

    private SeasonalMean(int harmonics, bool hasWeekend, double[][] coefficients) => (_harmonics, _hasWeekend, _coefficients) = (harmonics, hasWeekend, coefficients);

    /// <summary>Fits by least squares, every window weighted by its images.</summary>
    public static SeasonalMean Fit(IReadOnlyList<DriftWindow> windows, int channel)
    {
        double days = windows.Count == 0 ? 0 : (windows[^1].Hour - windows[0].Hour) / 24.0;
        int harmonics = days >= 7 && windows.Select(window => window.Hour % 24).Distinct().Count() >= 8 ? 3 : 0;
        bool hasWeekend = days >= 28;
        int size = 1 + (2 * harmonics) + (hasWeekend ? 1 : 0), width = windows.Count == 0 ? 0 : windows[0].Sums[channel].Length;
        double[] normal = new double[size * size], row = new double[size];
        double[][] right = [.. Enumerable.Range(0, size).Select(_ => new double[width])];
        foreach (DriftWindow window in windows)
        {
            Describe(window.Hour, harmonics, hasWeekend, row);
            for (int i = 0; i < size; i++)
            {
                SymmetricEigen.AddScaled(row, window.Count * row[i], normal.AsSpan(i * size, size));
                SymmetricEigen.AddScaled(window.Sums[channel], row[i], right[i]);
            }
        }

        double ridge = 1e-9 * Enumerable.Range(0, size).Sum(i => normal[(i * size) + i]) / size;
        for (int i = 0; i < size; i++)
        {
            normal[(i * size) + i] += Math.Max(ridge, 1e-300);
        }

        double[] inverse = SmallMatrix.Inverse(normal, size);
        double[][] coefficients = [.. Enumerable.Range(0, size).Select(_ => new double[width])];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                SymmetricEigen.AddScaled(right[j], inverse[(i * size) + j], coefficients[i]);
            }
        }

        return new SeasonalMean(harmonics, hasWeekend, coefficients);
    }

    /// <summary>target ← sum − count · mean at that hour: what a window shows beyond its season.</summary>
    public void Residual(DriftWindow window, int channel, Span<double> target)
    {
        Span<double> row = stackalloc double[_coefficients.Length];
        Describe(window.Hour, _harmonics, _hasWeekend, row);
        window.Sums[channel].CopyTo(target);
        for (int i = 0; i < row.Length; i++)
        {
            SymmetricEigen.AddScaled(_coefficients[i], -window.Count * row[i], target);
        }
    }

    private static void Describe(long hour, int harmonics, bool hasWeekend, Span<double> row)
    {
        row[0] = 1;
        for (int k = 1; k <= harmonics; k++)
        {
            (row[(2 * k) - 1], row[2 * k]) = Math.SinCos(2 * Math.PI * k * (hour % 24) / 24);
        }

        if (hasWeekend)
        {
            // 1970-01-01 was a Thursday.
            row[^1] = ((hour / 24) + 4) % 7 is 0 or 6 ? 1 : 0;
        }
    }
}
