using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>
/// Drift with a false-alarm budget. A history of windows without drift teaches, for every channel, what an hour of the day shows and how much windows vary;
/// limits for the CUSUM of each channel and for a look back over a day are set by block bootstrap of that history, so that all of them together alarm as
/// seldom as declared.
/// </summary>
/// <remarks>
/// History keeps what a baseline cannot show: daily cycles, class mix that comes and goes, windows that resemble their neighbours, and the baseline's own
/// sampling error, which is the same in every window and so raises no alarm. A pure function of history, options and seed.
/// </remarks>
public sealed class DriftWatch
{
    private const int PathLength = 24_000;

    private DriftWatch(DriftWatchOptions options, WatchedChannel[] channels, int blockLength, DriftWindow[] recent) =>
        (Options, Channels, BlockLength, Recent) = (options, channels, blockLength, recent);

    /// <summary>How it was fitted.</summary>
    public DriftWatchOptions Options { get; }

    /// <summary>Windows of a bootstrap block, as the autocorrelation of the history asks for.</summary>
    public int BlockLength { get; }

    /// <summary>What the budget allows all slices together in 30 days.</summary>
    public double ExpectedFalseAlarmsPer30Days => 30 / Options.DaysPerFalseAlarm;

    internal WatchedChannel[] Channels { get; }

    /// <summary>The end of history, so that the first live window already has a day to look back on.</summary>
    internal DriftWindow[] Recent { get; }

    /// <summary>What is missing before a watch can be fitted, in a sentence; null when nothing is.</summary>
    /// <param name="windowCount">Windows of history.</param>
    /// <param name="options">How many are needed.</param>
    public static string? Missing(int windowCount, DriftWatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        int missing = Math.Max(0, HistoryLength(options) - windowCount);
        return missing == 0
            ? null
            : FormattableString.Invariant($"Calibrating: {windowCount} windows of history; {missing} more are needed, about {missing / options.WindowsPerDay:0.#} days.");
    }

    /// <summary>Windows of history that a watch is fitted on.</summary>
    public static int HistoryLength(DriftWatchOptions options) =>
        Math.Max(options.LeastWindows, options.WindowsPerDay >= 2 ? (int)Math.Ceiling(options.LeastDays * options.WindowsPerDay) : 0);

    /// <summary>Learns from a history without drift.</summary>
    /// <param name="history">In order of time, of one reference; see <see cref="Missing"/> for how many.</param>
    /// <param name="imageVariances">For every channel the variance of one image's features around the mean of its class, see <see cref="DriftReference"/>.</param>
    /// <param name="options">Budget and seed.</param>
    /// <exception cref="ArgumentException">There is too little history.</exception>
    public static DriftWatch Fit(IReadOnlyList<DriftWindow> history, IReadOnlyList<double[]> imageVariances, DriftWatchOptions? options = null)
    {
        options ??= new DriftWatchOptions();
        ArgumentNullException.ThrowIfNull(history);
        if (Missing(history.Count, options) is { } missing)
        {
            throw new ArgumentException(missing, nameof(history));
        }

        WatchedChannel[] channels = [.. Enumerable.Range(0, imageVariances.Count).Where(c => imageVariances[c].Length > 0).Select(c => WatchedChannel.Fit(history, c, imageVariances[c]))];
        int block = BlockPath.BlockLength([.. channels.Select(channel => channel.HistoryScores)]);
        int[] path = BlockPath.Draw(history, block, PathLength, SplitMix64.Derive(options.Seed, 1));

        // Every channel has two ways to alarm, and every slice all channels: the budget is shared evenly.
        double rate = 1 / (options.DaysPerFalseAlarm * options.WindowsPerDay * 2 * channels.Length * Math.Max(1, options.SliceCount));
        foreach (WatchedChannel channel in channels)
        {
            channel.SetLimits(history, path, block / 4.0, options, rate);
        }

        return new DriftWatch(options, channels, block, [.. history.TakeLast(options.LongWindowCount)]);
    }

    /// <summary>Begins to watch after the end of history.</summary>
    public DriftWatchRun Start() => new(this);
}
