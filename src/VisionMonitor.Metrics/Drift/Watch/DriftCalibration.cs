using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>
/// A check of one window alone that keeps its false-alarm rate, for the time before a watch has its history: the baseline is split many times into a window and the rest,
/// and a real window alarms only when a channel lies further from the baseline than such windows do. The rate is shared evenly between the channels.
/// </summary>
/// <remarks>
/// Distances are compared after scaling with m·n / (m + n), because those of draws are proportional to 1/m + 1/n: so a window that is
/// compared with the whole baseline, or is a little smaller than planned, meets the same limit. A short window is of one part of the
/// day, and so are the draws: what the hour changes is taken off as far as the baseline shows it (<see cref="DailyCycle"/>), and what is left of it is part of what is usual.
/// </remarks>
public sealed class DriftCalibration
{
    /// <summary>Fewer draws show no tail to read rarer chances off.</summary>
    public const int LeastDrawsForTail = 1000;

    // Draws from fewer images all share them, and show too little of how far others lie: distances count for less, with the root of their number.
    private const double EnoughImages = 100;

    // Windows of more images are held against draws of this many, as distances are scaled; drawing more would only take time.
    private const int MostDrawn = 1000;

    // Without confidence: a sure model's rare doubts weigh so much in the mean of few images that no baseline shows how often they come.
    private static readonly DriftChannel[] _channelsOfAWindow = [.. Enum.GetValues<DriftChannel>().Where(channel => channel != DriftChannel.Confidence)];

    private readonly Channel[] _channels;
    private readonly DriftReference _reference;
    private readonly DailyCycle _cycle;
    private readonly CommonClasses _mix;
    private readonly int _baselineCount;

    private DriftCalibration(Channel[] channels, DriftReference reference, DailyCycle cycle, CommonClasses mix, int baselineCount) =>
        (_channels, _reference, _cycle, _mix, _baselineCount) = (channels, reference, cycle, mix, baselineCount);

    /// <summary>The score above which a check alarms.</summary>
    public double Limit => _channels[0].Limit;

    /// <summary>Calibrates on a baseline.</summary>
    /// <param name="reference">Learnt from these images.</param>
    /// <param name="rows">Images × row length, see <see cref="DriftFeatures.Rows"/>; at least 20 images.</param>
    /// <param name="classes">Predicted class of each image.</param>
    /// <param name="hours">Hour of the day at which each was taken, 0 ≤ hour &lt; 24.</param>
    /// <param name="windowSize">Images in a window, at least 2; draws take at most half of the baseline.</param>
    /// <param name="options">Rate, draws and seed.</param>
    /// <exception cref="ArgumentException">The baseline is too small or does not vary; there are not as many rows, classes and hours; an hour is none; there are too few draws for the rate.</exception>
    public static DriftCalibration From(DriftReference reference, ReadOnlySpan<float> rows, ReadOnlySpan<int> classes, ReadOnlySpan<double> hours, int windowSize, DriftCalibrationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSize, 2);
        options ??= new DriftCalibrationOptions();
        if (classes.Length < 20)
        {
            throw new ArgumentException($"A baseline of {classes.Length} images is too small to calibrate on; 20 are the least, some hundreds are good.", nameof(classes));
        }

        if (hours.Length != classes.Length || rows.Length != classes.Length * reference.RowLength)
        {
            throw new ArgumentException($"{classes.Length} images have as many hours and rows of {reference.RowLength} numbers, not {hours.Length} hours and {rows.Length} numbers.", nameof(hours));
        }

        foreach (double hour in hours)
        {
            if (!(hour is >= 0 and < 24))
            {
                throw new ArgumentException($"{hour} is no hour of the day.", nameof(hours));
            }
        }

        if (!(options.FalseAlarmRate > 0 && options.FalseAlarmRate < 1))
        {
            throw new ArgumentException($"A false-alarm rate of {options.FalseAlarmRate} is none; it lies between 0 and 1.", nameof(options));
        }

        if (options.FalseAlarmRate / _channelsOfAWindow.Length * (options.Draws + 1) < 1 && options.Draws < LeastDrawsForTail)
        {
            throw new ArgumentException($"{options.Draws} draws cannot show a false-alarm rate of {options.FalseAlarmRate} in {_channelsOfAWindow.Length} channels; draw at least {LeastDrawsForTail}.", nameof(options));
        }

        float[] residuals = reference.Residuals(rows, classes);
        DailyCycle cycle = new(residuals, hours);
        CommonClasses mix = new(classes, reference.ClassCount);
        double[][] drawn = Draw(reference, cycle, mix, rows, classes, hours, residuals, Math.Min(Math.Min(windowSize, MostDrawn), classes.Length / 2), options);
        DriftChannel[] varying = [.. _channelsOfAWindow.Where(channel => drawn[(int)channel].Length > 0 && Channel.SpreadOf(drawn[(int)channel]) > 0)];
        if (varying is [] or [DriftChannel.ClassMix])
        {
            throw new ArgumentException("The baseline does not vary: at least half of its windows are equally far from the rest.", nameof(rows));
        }

        return new DriftCalibration([.. varying.Select(channel => new Channel(channel, drawn[(int)channel], options.FalseAlarmRate / varying.Length))], reference, cycle, mix, classes.Length);
    }

    /// <summary>Checks a window.</summary>
    /// <param name="window">Measured from the reference that this was calibrated with.</param>
    /// <param name="hours">How many of its images were taken in each of the 24 hours of the day.</param>
    public DriftVerdict Check(DriftWindow window, ReadOnlySpan<double> hours)
    {
        ArgumentNullException.ThrowIfNull(window);
        DriftWindow seen = _reference.AtItsHours(window, _cycle, hours);
        (Channel leading, double level, double least) = (_channels[0], double.NegativeInfinity, 1);
        foreach (Channel channel in _channels)
        {
            double distance = channel.Which == DriftChannel.ClassMix
                ? _mix.Distance(_reference.CountsOf(window), window.Count, _baselineCount)
                : Distance(channel.Which, seen.Sums[(int)channel.Which], _reference.ImageVariances[(int)channel.Which], seen.Count, _baselineCount);
            distance *= Math.Min(1, Math.Sqrt(_baselineCount / EnoughImages));
            double own = channel.Score(distance) / channel.Limit;
            least = Math.Min(least, channel.PValue(distance) * _channels.Length);
            (leading, level) = own > level ? (channel, own) : (leading, level);
        }

        return new DriftVerdict(level * Limit, Limit, least, (int)window.Count, leading.Which);
    }

    /// <summary>The scaled distances of windows drawn from the baseline, sorted, by channel; none where a channel is not measured.</summary>
    private static double[][] Draw(
        DriftReference reference, DailyCycle cycle, CommonClasses mix, ReadOnlySpan<float> rows, ReadOnlySpan<int> classes, ReadOnlySpan<double> hours, ReadOnlySpan<float> residuals, int windowSize, DriftCalibrationOptions options)
    {
        ulong seed = SplitMix64.Derive(options.Seed, 2), mixes = SplitMix64.Derive(options.Seed, 3), starts = SplitMix64.Derive(options.Seed, 4);
        double[] times = hours.ToArray();
        int[] byHour = [.. Enumerable.Range(0, classes.Length).OrderBy(image => times[image])];

        // Images of one part of the day: half as many again as a window needs, so that draws differ.
        int near = Math.Clamp((int)Math.Ceiling(Math.Max(1.5 * windowSize, options.DayShare * classes.Length)), windowSize, classes.Length);
        int[] order = byHour[..near], nearby = Classes(order, classes);
        double[][] drawn = [.. reference.ImageVariances.Select(variances => variances.Length == 0 ? [] : new double[options.Draws])];
        DriftReference.HeldOut heldOut = new(reference);
        for (int draw = 0; draw < options.Draws; draw++)
        {
            if (near < byHour.Length)
            {
                int start = SplitMix64.Index(starts, (ulong)draw, byHour.Length), before = Math.Min(near, byHour.Length - start);
                byHour.AsSpan(start, before).CopyTo(order);
                byHour.AsSpan(0, near - before).CopyTo(order.AsSpan(before));
                nearby = Classes(order, classes);
            }

            SplitMix64.Shuffle(seed, (ulong)draw * (ulong)windowSize, order, windowSize);
            DriftWindow window = heldOut.Window(rows, classes, order.AsSpan(0, windowSize), cycle, residuals);
            foreach (DriftChannel channel in _channelsOfAWindow)
            {
                if (drawn[(int)channel].Length > 0 && channel != DriftChannel.ClassMix)
                {
                    drawn[(int)channel][draw] = Distance(channel, window.Sums[(int)channel], reference.ImageVariances[(int)channel], windowSize, classes.Length - windowSize);
                }
            }

            if (drawn[(int)DriftChannel.ClassMix].Length > 0)
            {
                drawn[(int)DriftChannel.ClassMix][draw] = mix.Draw(nearby, windowSize, SplitMix64.Derive(mixes, (ulong)draw));
            }
        }

        foreach (double[] channel in drawn)
        {
            Array.Sort(channel);
        }

        return drawn;
    }

    private static int[] Classes(int[] images, ReadOnlySpan<int> classes)
    {
        int[] own = new int[images.Length];
        for (int at = 0; at < own.Length; at++)
        {
            own[at] = classes[images[at]];
        }

        return own;
    }

    /// <summary>The scaled squared distance of the mean of m images from that of n others. Random Fourier features are summed as they are, everything else in units of its own deviation.</summary>
    private static double Distance(DriftChannel channel, double[] sums, double[] variances, double m, double n)
    {
        double distance = 0;
        for (int index = 0; index < sums.Length; index++)
        {
            distance += channel == DriftChannel.Appearance ? sums[index] * sums[index] : variances[index] > 1e-12 ? sums[index] * sums[index] / variances[index] : 0;
        }

        return distance / (m * m) / ((1 / m) + (1 / n));
    }

    /// <summary>One channel's draws.</summary>
    private sealed class Channel
    {
        // So many draws at least as far tell how rare it is; what fewer show is read off the tail.
        private const int LeastShown = 10;

        private readonly double[] _drawn;
        private readonly double _centre;
        private readonly double _spread;
        private readonly double _from;
        private readonly double _excess;

        public Channel(DriftChannel which, double[] sorted, double rate)
        {
            (Which, _drawn, _centre, _spread) = (which, sorted, Quantile.OfSorted(Array.ConvertAll(sorted, Log), 0.5), SpreadOf(sorted));

            // A squared distance is a weighted sum of squared normals, whose tail falls exponentially: its rate is taken from the largest twentieth of the draws, at the careful
            // end of its 95 % interval.
            int tail = Math.Max(1, sorted.Length / 20);
            _from = sorted[^(tail + 1)];
            _excess = sorted.AsSpan(sorted.Length - tail).ToArray().Average(value => value - _from) * (1 + (1.645 / Math.Sqrt(tail)));

            // A distance above the k-th largest of B draws has a chance of k / (B + 1) when nothing changed.
            int rank = (int)Math.Floor(rate * (sorted.Length + 1));
            Limit = Score(rank > 0 ? sorted[^rank] : Math.Max(sorted[^1], _from + (_excess * Math.Log((double)tail / sorted.Length / rate))));
        }

        public DriftChannel Which { get; }

        public double Limit { get; }

        public double Score(double distance) => (Log(distance) - _centre) / _spread;

        /// <summary>The chance that a draw lies as far.</summary>
        public double PValue(double distance)
        {
            int below = Array.BinarySearch(_drawn, distance);
            below = below < 0 ? ~below : below;
            while (below > 0 && _drawn[below - 1] == distance)
            {
                below--;
            }

            int above = _drawn.Length - below;
            double shown = (1.0 + above) / (_drawn.Length + 1);
            return above >= LeastShown || _drawn.Length < LeastDrawsForTail ? shown : Math.Min(shown, 0.05 * Math.Exp(-(distance - _from) / _excess));
        }

        /// <summary>Robust; where most draws are equally far, as shares of few classes are, their standard deviation.</summary>
        public static double SpreadOf(double[] sorted)
        {
            double[] logs = Array.ConvertAll(sorted, Log);
            double centre = Quantile.OfSorted(logs, 0.5), mean = logs.Average();
            double robust = 1.4826 * Quantile.Median(Array.ConvertAll(logs, one => Math.Abs(one - centre)));
            return robust > 0 ? robust : logs[0] == logs[^1] ? 0 : Math.Sqrt(logs.Average(one => (one - mean) * (one - mean)));
        }

        /// <summary>A window equal to the baseline has distance 0; the floor keeps its score finite.</summary>
        private static double Log(double scaled) => Math.Log(Math.Max(scaled, 1e-12));
    }
}
