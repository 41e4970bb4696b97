using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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

        // numpy's eight partial sums, side by side.
        ref double from = ref MemoryMarshal.GetReference(values);
        Vector256<double> first = Vector256.LoadUnsafe(ref from), second = Vector256.LoadUnsafe(ref from, 4);
        int i = 8;
        for (; i <= values.Length - 8; i += 8)
        {
            first += Vector256.LoadUnsafe(ref from, (nuint)i);
            second += Vector256.LoadUnsafe(ref from, (nuint)(i + 4));
        }

        double total = ((first[0] + first[1]) + (first[2] + first[3])) + ((second[0] + second[1]) + (second[2] + second[3]));
        for (; i < values.Length; i++)
        {
            total += values[i];
        }

        return total;
    }
}
