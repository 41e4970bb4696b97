namespace VisionMonitor.Metrics.Statistics;

/// <summary>
/// Paired permutation test: where two sides are equally good, swapping them on any image changes nothing, so the observed difference
/// is compared with that of random swaps.
/// </summary>
public static class SignFlipPermutation
{
    /// <summary>Two-sided p = (1 + swaps at least as far) / (replicates + 1); never 0.</summary>
    /// <param name="imageCount">How many images both sides judged.</param>
    /// <param name="replicates">How many random swaps, at least 1.</param>
    /// <param name="seed">Image i of replicate r is swapped where draw r·n + i of SplitMix64, (u64 &gt;&gt; 33) mod 2, is 1.</param>
    /// <param name="difference">From "which images are swapped" to the difference of the statistic; NaN counts as at least as far.</param>
    /// <param name="degreeOfParallelism">How many threads may work at once.</param>
    /// <returns>1 where there is no image.</returns>
    public static double PValue(int imageCount, int replicates, ulong seed, Func<ReadOnlySpan<bool>, double> difference, int degreeOfParallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(difference);
        ArgumentOutOfRangeException.ThrowIfNegative(imageCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicates, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(degreeOfParallelism, 1);
        if (imageCount == 0)
        {
            return 1;
        }

        // The slack keeps replicates that are equal but for the order of summation on the side of "as far".
        double observed = Math.Abs(difference(new bool[imageCount])) - 1e-15;
        int count = 0;
        Parallel.For(0, replicates, new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism }, r =>
        {
            bool[] isSwapped = new bool[imageCount];
            for (int i = 0; i < imageCount; i++)
            {
                isSwapped[i] = SplitMix64.Index(seed, ((ulong)r * (ulong)imageCount) + (ulong)i, 2) == 1;
            }

            if (!(Math.Abs(difference(isSwapped)) < observed))
            {
                Interlocked.Increment(ref count);
            }
        });
        return (1.0 + count) / (replicates + 1);
    }
}
