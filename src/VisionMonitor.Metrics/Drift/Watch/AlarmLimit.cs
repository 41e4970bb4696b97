namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>The limit that a series without drift passes as seldom as allowed.</summary>
internal static class AlarmLimit
{
    private const int Tail = 60;

    /// <summary>Continues the tail of the peaks exponentially: a CUSUM's peaks fall off so, and those of normal scores faster, so the limit is rather too high.</summary>
    /// <param name="peaks">The highest value of every excursion in the series.</param>
    /// <param name="length">Windows of the series.</param>
    /// <param name="rate">False alarms allowed in one window.</param>
    public static double Of(List<double> peaks, double length, double rate)
    {
        if (peaks.Count == 0)
        {
            return 1;
        }

        peaks.Sort();
        peaks.Reverse();
        int count = Math.Max(1, Math.Min(Tail, peaks.Count / 4));
        double from = peaks[Math.Min(count, peaks.Count - 1)], excess = peaks.Take(count).Average() - from;
        return from + (excess * Math.Max(1, Math.Log(count / (rate * length))));
    }

    /// <summary>The peaks of a CUSUM of these scores, one for each time it leaves 0.</summary>
    public static List<double> CusumPeaks(IEnumerable<double> scores, double slack, double largestScore)
    {
        List<double> peaks = [];
        double sum = 0, peak = 0;
        foreach (double score in scores)
        {
            sum = Math.Max(0, sum + Math.Min(score, largestScore) - slack);
            peak = Math.Max(peak, sum);
            if (sum == 0 && peak > 0)
            {
                peaks.Add(peak);
                peak = 0;
            }
        }

        if (peak > 0)
        {
            peaks.Add(peak);
        }

        return peaks;
    }

    /// <summary>The peaks of a smooth series, one for each time it rises above 1.</summary>
    public static List<double> Peaks(IEnumerable<double> scores)
    {
        List<double> peaks = [];
        double peak = 0;
        foreach (double score in scores)
        {
            if (score > 1)
            {
                peak = Math.Max(peak, score);
            }
            else if (peak > 0)
            {
                peaks.Add(peak);
                peak = 0;
            }
        }

        if (peak > 0)
        {
            peaks.Add(peak);
        }

        return peaks;
    }
}
