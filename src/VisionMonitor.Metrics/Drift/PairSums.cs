namespace VisionMonitor.Metrics.Drift;

/// <summary>Sums of a function of the squared distance over all pairs of rows: i &lt; j within a side, all between the sides.</summary>
internal readonly record struct PairSums(int BaselineCount, int WindowCount, double WithinBaseline, double WithinWindow, double Between)
{
    public static PairSums Of(ReadOnlySpan<float> baseline, ReadOnlySpan<float> window, int dimension, Func<double, double> function)
    {
        int m = EmbeddingRows.Count(baseline, dimension, nameof(baseline)), n = EmbeddingRows.Count(window, dimension, nameof(window));
        if (m == 0 || n == 0)
        {
            throw new ArgumentException("A distance needs a row on both sides.", nameof(window));
        }

        double between = 0;
        for (int i = 0; i < m; i++)
        {
            ReadOnlySpan<float> row = baseline.Slice(i * dimension, dimension);
            double sum = 0;
            for (int j = 0; j < n; j++)
            {
                sum += function(SquaredDistance.Of(row, window.Slice(j * dimension, dimension)));
            }

            between += sum;
        }

        return new PairSums(m, n, Upper(baseline, m, dimension, function), Upper(window, n, dimension, function), between);
    }

    private static double Upper(ReadOnlySpan<float> rows, int count, int dimension, Func<double, double> function)
    {
        double total = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = rows.Slice(i * dimension, dimension);
            double sum = 0;
            for (int j = i + 1; j < count; j++)
            {
                sum += function(SquaredDistance.Of(row, rows.Slice(j * dimension, dimension)));
            }

            total += sum;
        }

        return total;
    }
}
