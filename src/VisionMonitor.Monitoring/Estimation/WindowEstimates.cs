using System.Collections.Concurrent;
using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>What an estimator must know of its task to say something of a window.</summary>
/// <typeparam name="T">What is kept of one image.</typeparam>
/// <param name="Metrics">Ids of <see cref="MetricNames"/>, in the order of the numbers.</param>
/// <param name="Learn">From labelled images to the numbers that it expects of others; NaN where one is not defined.</param>
/// <param name="Measured">The numbers of labelled images; NaN where one is not defined.</param>
/// <param name="Read">What is kept of an answer without a label; null where it says nothing of how sure it is.</param>
/// <param name="Confidences">How sure the model is of what it sees in an image.</param>
/// <param name="Sees">What these confidences are of, as people read it.</param>
internal sealed record WindowFormula<T>(
    IReadOnlyList<string> Metrics,
    Func<IReadOnlyList<T>, Func<IReadOnlyList<T>, double[]>> Learn,
    Func<IReadOnlyList<T>, double[]> Measured,
    Func<Prediction, T?> Read,
    Func<T, IEnumerable<float>> Confidences,
    string Sees)
    where T : class
{
    /// <summary>Of some images and each metric, how far one fault more moves it: a reference without faults cannot rule out one. Null where that is of no account.</summary>
    public Func<IReadOnlyList<T>, double[]>? OneFault { get; init; }

    /// <summary>
    /// From labelled images to the numbers of others if all that these show less than is usual was there and not seen: an interval reaches as far, because what is missed has no
    /// confidence. Null where that is of no account.
    /// </summary>
    public Func<IReadOnlyList<T>, Func<IReadOnlyList<T>, double[]>>? IfMissed { get; init; }

    /// <summary>How much the model sees in an image, and of what, as people read it: its confidence tells nothing of what it does not see. Null where that is of no account.</summary>
    public (Func<T, double> In, string Of)? Amount { get; init; }
}

/// <summary>Estimates whose interval is how far such estimates miss on windows drawn from the reference.</summary>
/// <param name="known">The reference's images, at least one.</param>
/// <param name="formula">The task's.</param>
internal sealed class WindowEstimates<T>(T[] known, WindowFormula<T> formula) : ILearntQuality
    where T : class
{
    private readonly Func<IReadOnlyList<T>, double[]> _expected = formula.Learn(known);
    private readonly Func<IReadOnlyList<T>, double[]>? _ifMissed = formula.IfMissed?.Invoke(known);
    private readonly float[] _confidences = [.. known.SelectMany(formula.Confidences)];
    private readonly ConcurrentDictionary<int, double[]> _spreads = [];

    /// <inheritdoc/>
    public int ReferenceCount => known.Length;

    /// <inheritdoc/>
    public IReadOnlyList<EstimatedQuality> Estimate(IReadOnlyList<Prediction> window)
    {
        T[] seen = [.. window.Select(formula.Read).OfType<T>()];
        if (seen.Length == 0)
        {
            return [];
        }

        string? doubt = QualityEstimators.Doubt(ReferenceCount, _confidences, [.. seen.SelectMany(formula.Confidences)], formula.Sees) ?? OtherAmount(seen);
        double[] values = _expected(seen), spread = _spreads.GetOrAdd(seen.Length, Spread), least = formula.OneFault?.Invoke(seen) ?? new double[values.Length], missed = _ifMissed?.Invoke(seen) ?? values;
        return [.. formula.Metrics.Index().Where(metric => double.IsFinite(values[metric.Index])).Select(metric =>
        {
            double most = EstimatedQuality.Most(metric.Item);
            double value = Math.Clamp(values[metric.Index], 0, most), half = Math.Max(least[metric.Index], NormalDistribution.TwoSided95 * spread[metric.Index]);
            double other = double.IsFinite(missed[metric.Index]) ? Math.Clamp(missed[metric.Index], 0, most) : value;
            return new EstimatedQuality(metric.Item, value, Math.Max(0, Math.Min(other, value - half)), Math.Min(most, Math.Max(other, value + half)), seen.Length, doubt);
        })];
    }

    /// <summary>Whether the window's images show the model more or less than the reference's do; what it misses altogether has no confidence that could tell.</summary>
    private string? OtherAmount(T[] seen)
    {
        if (formula.Amount is not { } amount || seen.Length < 2)
        {
            return null;
        }

        double[] before = Array.ConvertAll(known, one => amount.In(one)), now = Array.ConvertAll(seen, one => amount.In(one));
        double usual = before.Average(), found = now.Average();
        double spread = Math.Sqrt(before.Sum(one => (one - usual) * (one - usual)) / before.Length / now.Length);
        return 2 * NormalDistribution.Above(Math.Abs(found - usual) / spread) < QualityEstimators.TrustLevel
            ? FormattableString.Invariant($"The window leaves the calibrated region: the model sees {found:0.0} {amount.Of} in an image, in the reference's {usual:0.0}. What it misses altogether has no confidence.")
            : null;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Values(IReadOnlyList<Prediction> window)
    {
        T[] seen = [.. window.Select(formula.Read).OfType<T>()];
        return seen.Length == 0 ? new Dictionary<string, double>() : formula.Metrics.Zip(_expected(seen)).Where(one => double.IsFinite(one.Second)).ToDictionary();
    }

    private double[] Spread(int count) => QualityEstimators.Spread(
        known, count, (window, others) => [.. formula.Measured(window).Zip((others.Count > 0 ? formula.Learn(others) : _expected)(window), (measured, estimated) => measured - estimated)]);
}
