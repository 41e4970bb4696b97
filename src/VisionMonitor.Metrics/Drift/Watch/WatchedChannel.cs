using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Drift.Watch;

/// <summary>What history taught about one channel: its season, its spread, and the limits of its CUSUM and of its long look back.</summary>
internal sealed class WatchedChannel
{
    private const int Folds = 7;

    /// <summary>A sum of scores meets more than two weeks of history could show; measured in replays, where it keeps the budget instead of just missing it.</summary>
    private const double Margin = 1.2;

    private readonly int _channel;
    private readonly SeasonalMean _season;
    private readonly ChannelScale _scale;
    private readonly ScoreScale _scores;
    private readonly double[] _imageVariances;
    private ScoreScale _longScores;

    private WatchedChannel(int channel, SeasonalMean season, ChannelScale scale, ScoreScale scores, double[] imageVariances, double[][] residuals, double[] historyScores)
    {
        (_channel, _season, _scale, _scores, _imageVariances, Residuals, HistoryScores) = (channel, season, scale, scores, imageVariances, residuals, historyScores);
    }

    public DriftChannel Channel => (DriftChannel)_channel;

    /// <summary>History's residual sums and scores, each measured by what the other six sevenths of history teach.</summary>
    public double[][] Residuals { get; }

    public double[] HistoryScores { get; }

    public double Limit { get; private set; }

    public double LongLimit { get; private set; }

    public int Width => _imageVariances.Length;

    public static WatchedChannel Fit(IReadOnlyList<DriftWindow> history, int channel, double[] imageVariances)
    {
        double[][] residuals = new double[history.Count][];
        double[] distances = new double[history.Count], counts = [.. history.Select(window => window.Count)];
        for (int fold = 0; fold < Folds; fold++)
        {
            int from = fold * history.Count / Folds, to = (fold + 1) * history.Count / Folds;
            DriftWindow[] others = [.. history.Where((_, t) => t < from || t >= to)];
            (SeasonalMean season, ChannelScale scale) = Learn(others, channel, imageVariances);
            for (int t = from; t < to; t++)
            {
                residuals[t] = new double[imageVariances.Length];
                season.Residual(history[t], channel, residuals[t]);
                distances[t] = scale.Distance(residuals[t], counts[t]);
            }
        }

        (SeasonalMean whole, ChannelScale wholeScale) = Learn(history, channel, imageVariances);
        ScoreScale scores = ScoreScale.Fit(distances);
        return new WatchedChannel(channel, whole, wholeScale, scores, imageVariances, residuals, Array.ConvertAll(distances, scores.Of));
    }

    /// <summary>Residual sums beyond the season, into a buffer of <see cref="Width"/>.</summary>
    public void Residual(DriftWindow window, Span<double> target) => _season.Residual(window, _channel, target);

    /// <summary>The score of a residual, which is shortened to the largest score that counts, so that no single window makes a day.</summary>
    public double Score(Span<double> residual, double count, double largest)
    {
        double distance = _scale.Distance(residual, count), allowed = _scores.Centre + (_scores.Spread * largest);
        if (distance > allowed)
        {
            // A distance is the cube root of a square.
            double factor = Math.Pow(allowed / distance, 1.5);
            for (int j = 0; j < residual.Length; j++)
            {
                residual[j] *= factor;
            }
        }

        return _scores.Of(distance);
    }

    public double LongScore(ReadOnlySpan<double> residual, double count) => _longScores.Of(_scale.Distance(residual, count));

    /// <summary>Sets both limits from a path through history.</summary>
    public void SetLimits(IReadOnlyList<DriftWindow> history, int[] path, double correlation, DriftWatchOptions options, double rate)
    {
        double slack = options.Slack, largest = options.LargestScore;
        Limit = Math.Max(
            Margin * AlarmLimit.Of(Doubted([.. path.Select(t => HistoryScores[t])], history.Count / correlation, part => AlarmLimit.CusumPeaks(part, slack, largest), options.Seed), path.Length, rate),
            1.2 * AlarmLimit.CusumPeaks(HistoryScores, slack, largest).DefaultIfEmpty(0).Max());

        // What was fitted on these very windows lies nearer to them than to later ones: by the whitening, and by the mean, whose error a day does not average out.
        int span = options.LongWindowCount, whitened = _scale.IsWhitened ? Width : 0;
        double optimism = Math.Cbrt((double)history.Count / Math.Max(history.Count / 4.0, history.Count - whitened - 1) * (1 + (span / (double)history.Count * correlation)));
        double[] distances = Array.ConvertAll(Sliding(history, path, span), distance => distance * optimism);
        _longScores = ScoreScale.Fit(distances);
        double[] own = Sliding(history, [.. Enumerable.Range(0, history.Count)], span);
        LongLimit = Math.Max(
            AlarmLimit.Of(Doubted(Array.ConvertAll(distances, _longScores.Of), (double)history.Count / span, AlarmLimit.Peaks, options.Seed), distances.Length, rate),
            1.2 * own.Select(_longScores.Of).DefaultIfEmpty(0).Max());
    }

    /// <summary>
    /// Centre and spread of the scores are known only as well as so many independent windows tell: every stretch of the path is moved and stretched by an error that they
    /// may well have, so that the limit keeps the budget for the history at hand and not only on average over histories.
    /// </summary>
    private static List<double> Doubted(double[] scores, double independent, Func<IEnumerable<double>, List<double>> peaksOf, ulong seed)
    {
        const int Stretches = 24;
        List<double> peaks = [];
        for (int stretch = 0; stretch < Stretches; stretch++)
        {
            double move = 1.25 / Math.Sqrt(independent) * SplitMix64.Normal(seed, (ulong)(2 * stretch));
            double factor = Math.Exp(0.9 / Math.Sqrt(independent) * SplitMix64.Normal(seed, (ulong)((2 * stretch) + 1)));
            int from = stretch * scores.Length / Stretches, to = (stretch + 1) * scores.Length / Stretches;
            peaks.AddRange(peaksOf(scores[from..to].Select(score => (score * factor) + move)));
        }

        return peaks;
    }

    private double[] Sliding(IReadOnlyList<DriftWindow> history, ReadOnlySpan<int> path, int span)
    {
        double[] sum = new double[Width], distances = new double[Math.Max(0, path.Length - span + 1)];
        double count = 0;
        for (int i = 0; i < path.Length; i++)
        {
            SymmetricEigen.AddScaled(Residuals[path[i]], 1, sum);
            count += history[path[i]].Count;
            if (i >= span)
            {
                SymmetricEigen.AddScaled(Residuals[path[i - span]], -1, sum);
                count -= history[path[i - span]].Count;
            }

            if (i >= span - 1)
            {
                distances[i - span + 1] = _scale.Distance(sum, count);
            }
        }

        return distances;
    }

    private static (SeasonalMean Season, ChannelScale Scale) Learn(IReadOnlyList<DriftWindow> windows, int channel, double[] imageVariances)
    {
        SeasonalMean season = SeasonalMean.Fit(windows, channel);
        double[][] residuals = [.. windows.Select(_ => new double[imageVariances.Length])];
        for (int t = 0; t < residuals.Length; t++)
        {
            season.Residual(windows[t], channel, residuals[t]);
        }

        return (season, ChannelScale.Fit(residuals, [.. windows.Select(window => window.Count)], imageVariances));
    }
}
