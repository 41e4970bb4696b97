namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>The memory of a watch: sums, the last day of windows, and whether an alarm stands. Windows come in order of time.</summary>
public sealed class DriftWatchRun
{
    private readonly DriftWatch _watch;
    private readonly double[] _sums;
    private readonly bool[] _isOpen;
    private readonly bool[] _isLongOpen;
    private readonly LongWindow[] _long;
    private bool _isAlarm;

    internal DriftWatchRun(DriftWatch watch)
    {
        _watch = watch;
        (_sums, _isOpen, _isLongOpen) = (new double[watch.Channels.Length], new bool[watch.Channels.Length], new bool[watch.Channels.Length]);
        _long = [.. watch.Channels.Select(channel => new LongWindow(channel.Width, watch.Options.LongWindowCount))];
        foreach (DriftWindow window in watch.Recent)
        {
            for (int c = 0; c < _sums.Length; c++)
            {
                double[] residual = new double[watch.Channels[c].Width];
                watch.Channels[c].Residual(window, residual);
                _long[c].Push(residual, window.Count);
            }
        }
    }

    /// <summary>Looks at the next window.</summary>
    public DriftDecision Next(DriftWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        ChannelReading[] readings = new ChannelReading[_sums.Length];
        for (int c = 0; c < readings.Length; c++)
        {
            readings[c] = Read(c, window);
        }

        bool stood = _isAlarm;
        _isAlarm = _isOpen.Contains(true) || _isLongOpen.Contains(true);
        return new DriftDecision(_isAlarm, _isAlarm && !stood, readings);
    }

    private ChannelReading Read(int c, DriftWindow window)
    {
        WatchedChannel channel = _watch.Channels[c];
        DriftWatchOptions options = _watch.Options;
        double[] residual = new double[channel.Width];
        channel.Residual(window, residual);
        double score = channel.Score(residual, window.Count, options.LargestScore);

        // Capped at twice the limit, so that an alarm ends about as fast after a long drift as after a short one.
        _sums[c] = Math.Clamp(_sums[c] + Math.Min(score, options.LargestScore) - options.Slack, 0, 2 * channel.Limit);
        _isOpen[c] = _sums[c] > channel.Limit || (_isOpen[c] && _sums[c] > 0);
        _long[c].Push(residual, window.Count);
        double? longScore = _long[c].IsFull ? channel.LongScore(_long[c].Sum, _long[c].Count) : null;
        _isLongOpen[c] = longScore > channel.LongLimit || (_isLongOpen[c] && longScore > channel.LongLimit / 2);
        return new ChannelReading(channel.Channel, score, _sums[c], channel.Limit, longScore, channel.LongLimit);
    }

    /// <summary>The sum of the last windows.</summary>
    private sealed class LongWindow(int width, int span)
    {
        private readonly Queue<(double[] Residual, double Count)> _windows = new();

        public double[] Sum { get; } = new double[width];

        public double Count { get; private set; }

        public bool IsFull => _windows.Count == span;

        public void Push(double[] residual, double count)
        {
            if (IsFull)
            {
                (double[] oldest, double gone) = _windows.Dequeue();
                SymmetricEigen.AddScaled(oldest, -1, Sum);
                Count -= gone;
            }

            _windows.Enqueue((residual, count));
            SymmetricEigen.AddScaled(residual, 1, Sum);
            Count += count;
        }
    }
}
