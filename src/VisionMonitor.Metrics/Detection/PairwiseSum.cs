namespace VisionMonitor.Metrics.Detection;

/// <summary>numpy's pairwise summation, operation for operation, so that a mean has the same last bits as np.mean.</summary>
internal static class PairwiseSum
{
    private const int BlockLength = 128;

    /// <summary>Mean of the values; <see langword="null"/> when there are none.</summary>
    public static double? Mean(ReadOnlySpan<double> values) => values.IsEmpty ? null : Sum(values) / values.Length;

    public static double Sum(ReadOnlySpan<double> values)
    {
        if (values.Length < 8)
        {
            double sum = 0;
            foreach (double value in values)
            {
                sum += value;
            }

            return sum;
        }

        if (values.Length > BlockLength)
        {
            int half = values.Length / 2;
            half -= half % 8;
            return Sum(values[..half]) + Sum(values[half..]);
        }

        double r0 = values[0], r1 = values[1], r2 = values[2], r3 = values[3], r4 = values[4], r5 = values[5], r6 = values[6], r7 = values[7];
        int i = 8;
        for (; i < values.Length - (values.Length % 8); i += 8)
        {
            r0 += values[i];
            r1 += values[i + 1];
            r2 += values[i + 2];
            r3 += values[i + 3];
            r4 += values[i + 4];
            r5 += values[i + 5];
            r6 += values[i + 6];
            r7 += values[i + 7];
        }

        double total = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7));
        for (; i < values.Length; i++)
        {
            total += values[i];
        }

        return total;
    }
}
