using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>
/// A check of one window alone that keeps its false-alarm rate, for the time before a watch has its history: the baseline is split many times into a window and the rest,
/// and a real window alarms only when a channel lies further from the baseline than such windows do. The rate is shared evenly between the channels.
/// </summary>
/// <remarks>
/// Distances are compared after scaling with m·n / (m + n), because those of draws are proportional to 1/m + 1/n: so a window that is
/// compared with the whole baseline, or is a little smaller than planned, meets the same limit. The shares of classes move from window to window without any
/// drift, which one baseline cannot show: their draws move as a Dirichlet of <see cref="ImagesPerClass"/> images per class does. A short window is of one part of the
/// day, and so are the draws: what the hour changes is taken off as far as the baseline shows it (<see cref="DailyCycle"/>), and what is left of it is part of what is usual.
/// </remarks>
public sealed class DriftCalibration
{
    /// <summary>The share of a class varies between windows as if it were counted on this many images per class, on top of chance.</summary>
    public const double ImagesPerClass = 20;

    private const int LeastDrawsForTail = 1000;

    // Without confidence: a sure model's rare doubts weigh so much in the mean of few images that no baseline shows how often they come.
    private static readonly DriftChannel[] _channelsOfAWindow = [.. Enum.GetValues<DriftChannel>().Where(channel => channel != DriftChannel.Confidence)];

    private readonly Channel[] _channels;
    private readonly DriftReference _reference;
    private readonly DailyCycle _cycle;

    private DriftCalibration(Channel[] channels, DriftReference reference, DailyCycle cycle, int baselineCount, int windowSize, DriftCalibrationOptions options) =>
        (_channels, _reference, _cycle, BaselineCount, WindowSize, Options) = (channels, reference, cycle, baselineCount, windowSize, options);

    /// <summary>How it was calibrated.</summary>
    public DriftCalibrationOptions Options { get; }

    /// <summary>Images in the baseline.</summary>
    public int BaselineCount { get; }

    /// <summary>The window size the draws had.</summary>
    public int WindowSize { get; }

    /// <summary>The score above which a check alarms.</summary>
    public double Limit => _channels[0].Limit;

    /// <summary>Calibrates on a baseline.</summary>
    /// <param name="reference">Learnt from these images.</param>
    /// <param name="rows">Images × row length, see <see cref="DriftFeatures.Rows"/>; at least 20 images.</param>
    /// <param name="classes">Predicted class of each image.</param>
    /// <param name="hours">Hour of the day at which each was taken, 0 ≤ hour &lt; 24.</param>
    /// <param name="windowSize">Images in a window, at least 2; draws take at most half of the baseline.</param>
    /// <param name="options">Rate, draws and seed.</param>
    /// <exception cref="ArgumentException">The baseline is too small or does not vary; there are too few draws for the rate.</exception>
    public static DriftCalibration From(DriftReference reference, ReadOnlySpan<float> rows, ReadOnlySpan<int> classes, ReadOnlySpan<double> hours, int windowSize, DriftCalibrationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSize, 2);
        options ??= new DriftCalibrationOptions();
        if (classes.Length < 20)
        {
            throw new ArgumentException($"A baseline of {classes.Length} images is too small to calibrate on; 20 are the least, some hundreds are good.", nameof(classes));
        }

        if (!(options.FalseAlarmRate > 0 && options.FalseAlarmRate < 1))
        {
            throw new ArgumentException($"A false-alarm rate of {options.FalseAlarmRate} is none; it lies between 0 and 1.", nameof(options));
        }

        if (options.FalseAlarmRate * (options.Draws + 1) < 1 && options.Draws < LeastDrawsForTail)
        {
            throw new ArgumentException($"{options.Draws} draws cannot show a false-alarm rate of {options.FalseAlarmRate}; draw at least {LeastDrawsForTail}.", nameof(options));
        }

        float[] residuals = reference.Residuals(rows, classes);
        DailyCycle cycle = new(residuals, hours);
        double[][] drawn = Draw(reference, cycle, rows, classes, hours, residuals, Math.Min(windowSize, classes.Length / 2), options);
        bool isMixed = classes.ContainsAnyExcept(classes[0]);
        DriftChannel[] varying = [.. _channelsOfAWindow.Where(channel => drawn[(int)channel].Length > 0 && SpreadOf(drawn[(int)channel]) > 0 && (isMixed || channel != DriftChannel.ClassMix))];
        if (varying.Length == 0)
        {
            throw new ArgumentException("The baseline does not vary: at least half of its windows are equally far from the rest.", nameof(rows));
        }

        return new DriftCalibration([.. varying.Select(channel => new Channel(channel, drawn[(int)channel], options.FalseAlarmRate / varying.Length))], reference, cycle, classes.Length, windowSize, options);
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
            double distance = Distance(channel.Which, seen.Sums[(int)channel.Which], _reference.ImageVariances[(int)channel.Which], seen.Count)
                * Scale(channel.Which, seen.Count, BaselineCount, _reference.ClassShares.Count);
            double own = channel.Score(distance) / channel.Limit;
            least = Math.Min(least, channel.PValue(distance) * _channels.Length);
            (leading, level) = own > level ? (channel, own) : (leading, level);
        }

        return new DriftVerdict(level * Limit, Limit, least, (int)window.Count, leading.Which);
    }

    /// <summary>The scaled distances of windows drawn from the baseline, sorted, by channel; none where a channel is not measured.</summary>
    private static double[][] Draw(
        DriftReference reference, DailyCycle cycle, ReadOnlySpan<float> rows, ReadOnlySpan<int> classes, ReadOnlySpan<double> hours, ReadOnlySpan<float> residuals, int windowSize, DriftCalibrationOptions options)
    {
        ulong seed = SplitMix64.Derive(options.Seed, 2), starts = SplitMix64.Derive(options.Seed, 4);
        double[] times = hours.ToArray();
        int[] byHour = [.. Enumerable.Range(0, classes.Length).OrderBy(image => times[image])];

        // Images of one part of the day: half as many again as a window needs, so that draws differ.
        int near = Math.Clamp((int)Math.Ceiling(Math.Max(1.5 * windowSize, options.DayShare * classes.Length)), windowSize, classes.Length);
        int[] order = new int[near];
        double[] counts = new double[reference.ClassShares.Count];
        double[][] drawn = [.. reference.ImageVariances.Select(variances => variances.Length == 0 ? [] : new double[options.Draws])];
        DriftReference.HeldOut heldOut = new(reference);
        for (int draw = 0; draw < options.Draws; draw++)
        {
            int start = near == classes.Length ? 0 : SplitMix64.Index(starts, (ulong)draw, classes.Length);
            Array.Clear(counts);
            for (int at = 0; at < near; at++)
            {
                order[at] = byHour[(start + at) % byHour.Length];
                counts[classes[order[at]]]++;
            }

            SplitMix64.Shuffle(seed, (ulong)draw * (ulong)windowSize, order, windowSize);
            DriftWindow window = heldOut.Window(rows, classes, order.AsSpan(0, windowSize), cycle, residuals);
            for (int channel = 0; channel < drawn.Length; channel++)
            {
                if (drawn[channel].Length > 0 && channel != (int)DriftChannel.ClassMix)
                {
                    drawn[channel][draw] = Distance((DriftChannel)channel, window.Sums[channel], reference.ImageVariances[channel], windowSize)
                        * Scale((DriftChannel)channel, windowSize, classes.Length - windowSize, 0);
                }
            }

            if (drawn[(int)DriftChannel.ClassMix] is { Length: > 0 } mixes)
            {
                mixes[draw] = DrawMix(reference, counts, windowSize, SplitMix64.Derive(SplitMix64.Derive(options.Seed, 3), (ulong)draw));
            }
        }

        foreach (double[] channel in drawn)
        {
            Array.Sort(channel);
        }

        return drawn;
    }

    /// <summary>The scaled distance of the class shares of a window of that part of the day; its shares move as they do in life.</summary>
    private static double DrawMix(DriftReference reference, double[] near, int windowSize, ulong seed)
    {
        IReadOnlyList<double> shares = reference.ClassShares;
        double images = ImagesPerClass * shares.Count, nearby = near.Sum() + 1, total = 0;
        double[] moved = new double[shares.Count], sums = new double[shares.Count];
        for (int index = 0; index < moved.Length; index++)
        {
            // A gamma of many images is nearly normal; one of few is cut off at 0.
            double expected = images * (near[index] + shares[index]) / nearby;
            total += moved[index] = Math.Max(0, expected + (Math.Sqrt(expected) * SplitMix64.Normal(seed, (ulong)index)));
            sums[index] = -windowSize * shares[index];
        }

        ulong picks = SplitMix64.Derive(seed, 1);
        for (int image = 0; image < windowSize; image++)
        {
            double at = SplitMix64.Uniform(picks, (ulong)image) * total;
            int index = 0;
            while (index < moved.Length - 1 && at >= moved[index])
            {
                at -= moved[index++];
            }

            sums[index]++;
        }

        return Distance(DriftChannel.ClassMix, sums, reference.ImageVariances[(int)DriftChannel.ClassMix], windowSize) * Scale(DriftChannel.ClassMix, windowSize, double.PositiveInfinity, shares.Count);
    }

    /// <summary>The squared distance of a window's mean from the baseline's. Random Fourier features are summed as they are, everything else in units of its own deviation.</summary>
    private static double Distance(DriftChannel channel, double[] sums, double[] variances, double count)
    {
        double distance = 0;
        for (int index = 0; index < sums.Length; index++)
        {
            distance += channel == DriftChannel.Appearance ? sums[index] * sums[index] : variances[index] > 1e-12 ? sums[index] * sums[index] / variances[index] : 0;
        }

        return distance / (count * count);
    }

    private static double Scale(DriftChannel channel, double m, double n, int classCount) => 1 / ((1 / m) + (1 / n) + (channel == DriftChannel.ClassMix ? 1 / (ImagesPerClass * classCount) : 0));

    private static double SpreadOf(double[] sorted)
    {
        double[] logs = Array.ConvertAll(sorted, Log);
        double centre = Quantile.OfSorted(logs, 0.5);
        return 1.4826 * Quantile.Median(Array.ConvertAll(logs, one => Math.Abs(one - centre)));
    }

    /// <summary>A window equal to the baseline has distance 0; the floor keeps its score finite.</summary>
    private static double Log(double scaled) => Math.Log(Math.Max(scaled, 1e-12));

    /// <summary>One channel's draws.</summary>
    private sealed class Channel
    {
        private readonly double[] _drawn;
        private readonly double _centre;
        private readonly double _spread;

        public Channel(DriftChannel which, double[] sorted, double rate)
        {
            (Which, _drawn, _centre, _spread) = (which, sorted, Quantile.OfSorted(Array.ConvertAll(sorted, Log), 0.5), SpreadOf(sorted));

            // A distance above the k-th largest of B draws has a chance of k / (B + 1) when nothing changed.
            int rank = (int)Math.Floor(rate * (sorted.Length + 1));
            Limit = Score(rank > 0 ? sorted[^rank] : BeyondTheDraws(sorted, rate));
        }

        public DriftChannel Which { get; }

        public double Limit { get; }

        public double Score(double distance) => (Log(distance) - _centre) / _spread;

        public double PValue(double distance)
        {
            int below = Array.BinarySearch(_drawn, distance);
            below = below < 0 ? ~below : below;
            while (below > 0 && _drawn[below - 1] == distance)
            {
                below--;
            }

            return (1.0 + _drawn.Length - below) / (_drawn.Length + 1);
        }

        /// <summary>
        /// The distance that a rarer chance than the draws can show belongs to. A squared distance is a weighted sum of squared normals, whose
        /// tail falls exponentially: its rate is taken from the largest twentieth of the draws, at the careful end of its 95 % interval.
        /// </summary>
        private static double BeyondTheDraws(double[] sorted, double rate)
        {
            int count = sorted.Length / 20;
            double from = sorted[^(count + 1)];
            double excess = sorted.AsSpan(sorted.Length - count).ToArray().Average(value => value - from) * (1 + (1.645 / Math.Sqrt(count)));
            return Math.Max(sorted[^1], from + (excess * Math.Log((double)count / sorted.Length / rate)));
        }
    }
}
