using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>
/// A long series without drift, made of blocks of history in random order: a block starts at the hour of the day at which the one before ended, so that
/// daily cycles go on, and it is long enough to keep what neighbouring windows have in common.
/// </summary>
internal static class BlockPath
{
    /// <summary>Indices into history.</summary>
    /// <param name="history">Windows in order of time.</param>
    /// <param name="block">Windows of a block, at least 1.</param>
    /// <param name="length">Windows of the path.</param>
    /// <param name="seed">Of the order.</param>
    public static int[] Draw(IReadOnlyList<DriftWindow> history, int block, int length, ulong seed)
    {
        ILookup<long, int> byHour = Enumerable.Range(0, history.Count).ToLookup(t => history[t].Hour % 24);
        Dictionary<long, int[]> starts = byHour.ToDictionary(hour => hour.Key, hour => hour.ToArray());
        int[] path = new int[length];
        ulong lengths = SplitMix64.Derive(seed, 1);
        long hourOfDay = history[0].Hour % 24;
        for (int at = 0, draw = 0; at < length; draw++)
        {
            int[] candidates = starts[hourOfDay];
            int from = candidates[SplitMix64.Index(seed, (ulong)draw, candidates.Length)];

            // Lengths vary, so that seams fall on every hour: with fixed ones there would be only as many different blocks as fit into history.
            int span = Math.Max(1, (block / 2) + SplitMix64.Index(lengths, (ulong)draw, block + 1));
            for (int i = 0; i < span && at < length; i++)
            {
                path[at++] = (from + i) % history.Count;
            }

            hourOfDay = history[(from + span) % history.Count].Hour % 24;
        }

        return path;
    }

    /// <summary>Four times the sum of the autocorrelations above 0.1: how long what one window shows is still seen in later ones. 6 to 24.</summary>
    public static int BlockLength(IReadOnlyList<double[]> scoresByChannel)
    {
        int longest = 6;
        foreach (double[] scores in scoresByChannel)
        {
            double mean = scores.Average(), variance = scores.Sum(z => (z - mean) * (z - mean)), total = 1;
            for (int lag = 1; lag < Math.Min(24, scores.Length / 4) && variance > 0; lag++)
            {
                double sum = 0;
                for (int t = lag; t < scores.Length; t++)
                {
                    sum += (scores[t] - mean) * (scores[t - lag] - mean);
                }

                if (sum / variance < 0.1)
                {
                    break;
                }

                total += sum / variance;
            }

            longest = Math.Max(longest, (int)Math.Ceiling(4 * total));
        }

        return Math.Min(24, longest);
    }
}
