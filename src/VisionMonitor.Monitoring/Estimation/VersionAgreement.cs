using System.Collections.Concurrent;
using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>
/// A version's quality from how far another version says the same of the same images, or the version itself of the images a little changed: each metric is measured with the other's answers taken for the truth, and a straight line,
/// fitted to windows drawn from the labelled reference, tells what it is with the truth itself. Of accuracy the line's slope is the chance to be right where both
/// agree less that where they do not (disagreement as an estimate of error: Jiang et al. 2022, Baek et al. 2022). Versions that err alike agree all the same. Never changes; safe on any thread.
/// </summary>
public sealed class VersionAgreement
{
    private const int DrawnWindows = 60;

    /// <summary>A window whose agreement lies so many standard deviations from the drawn ones' is outside of what the line was fitted to.</summary>
    private const double FarthestTrusted = 4;

    private readonly ITaskEvaluation _evaluation;
    private readonly TaskSetup _setup;
    private readonly IEvidenceSet _right;
    private readonly IEvidenceSet _alike;
    private readonly string _whose;
    private readonly ConcurrentDictionary<int, Line[]> _lines = [];

    private VersionAgreement(ITaskEvaluation evaluation, TaskSetup setup, IEvidenceSet right, IEvidenceSet alike, string whose) =>
        (_evaluation, _setup, _right, _alike, _whose) = (evaluation, setup, right, alike, whose);

    /// <summary>Labelled images that taught it.</summary>
    public int ReferenceCount => _right.ImageCount;

    /// <summary>Learns.</summary>
    /// <param name="evaluation">The task.</param>
    /// <param name="setup">The project's classes.</param>
    /// <param name="reference">Labelled images of the time when all was well, with what the version and the other one said of them.</param>
    /// <param name="whose">Whose answers the other ones are, as people read it.</param>
    /// <returns>Null where there are fewer than two images that can be judged.</returns>
    public static VersionAgreement? Learn(ITaskEvaluation evaluation, TaskSetup setup, IReadOnlyList<(LabelledAnswer Own, Prediction Other)> reference, string whose)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        ArgumentNullException.ThrowIfNull(reference);
        var judged = reference.Where(one => CanBeHeld(evaluation, setup, one.Own.Predicted, one.Other)).ToArray();
        return judged.Length < 2 ? null : new VersionAgreement(
            evaluation,
            setup,
            evaluation.Prepare([.. judged.Select(one => evaluation.Compare(one.Own.Truth, one.Own.Predicted, setup).Content)], setup),
            Alike(evaluation, setup, judged.Select(one => (one.Own.Predicted, one.Other))),
            whose);
    }

    /// <summary>Estimates every metric that has an interval where labels measure it.</summary>
    /// <param name="window">What both versions said of the images to judge.</param>
    public IReadOnlyList<EstimatedQuality> Estimate(IReadOnlyList<(Prediction Own, Prediction Other)> window)
    {
        ArgumentNullException.ThrowIfNull(window);
        var judged = window.Where(one => CanBeHeld(_evaluation, _setup, one.Own, one.Other)).ToArray();
        if (judged.Length == 0)
        {
            return [];
        }

        double[] agreement = new double[_alike.Statistics.Count];
        IEvidenceSet own = Alike(_evaluation, _setup, judged);
        own.Resample(Enumerable.Repeat(1.0, judged.Length).ToArray(), agreement);
        Line[] lines = _lines.GetOrAdd(judged.Length, Lines);
        return [.. Overall.Where(index => double.IsFinite(agreement[index]) && double.IsFinite(lines[index].Quality)).Select(index => Estimate(_alike.Statistics[index].Metric, agreement[index], lines[index], judged.Length))];
    }

    // How well a version knows itself is no matter of what another one says.
    private IEnumerable<int> Overall =>
        _alike.Statistics.Index().Where(pair => pair.Item.ClassIndex == RunMetric.AllClasses && pair.Item.Metric != MetricNames.CalibrationError).Select(pair => pair.Index);

    private static bool CanBeHeld(ITaskEvaluation evaluation, TaskSetup setup, Prediction own, Prediction other) =>
        evaluation.ProblemOf(own, setup) is null && evaluation.ProblemOf(other, setup) is null && HasOneSize(own, other);

    private static bool HasOneSize(Prediction own, Prediction other) => (own, other) switch
    {
        (SemanticPrediction { Map: var one }, SemanticPrediction { Map: var two }) => (one.Width, one.Height) == (two.Width, two.Height),
        (PanopticPrediction { Map: var one }, PanopticPrediction { Map: var two }) => (one.Width, one.Height) == (two.Width, two.Height),
        _ => true,
    };

    private static IEvidenceSet Alike(ITaskEvaluation evaluation, TaskSetup setup, IEnumerable<(Prediction Own, Prediction Other)> images) =>
        evaluation.Prepare([.. images.Select(one => evaluation.Compare(PredictedTruth.Of(one.Other, setup.OperatingConfidence)!, one.Own, setup).Content)], setup);

    private EstimatedQuality Estimate(string metric, double agreement, Line line, int count)
    {
        double most = EstimatedQuality.Most(metric), away = agreement - line.Agreement, distance = away == 0 ? 0 : Math.Abs(away) / line.Deviation;
        double value = Math.Clamp(line.Quality + (line.Slope * away), 0, most);

        // A new window's own chance, the reference's, and that of the slope; never less than what one image can move.
        double half = Math.Max(1.0 / count, NormalDistribution.TwoSided95 * line.Rest * Math.Sqrt(1 + ((double)count / ReferenceCount) + (distance * distance / ReferenceCount)));
        string? doubt = ReferenceCount < QualityEstimators.LeastReference
            ? QualityEstimators.TooFew(ReferenceCount)
            : distance > FarthestTrusted
                ? FormattableString.Invariant($"Held against {_whose}, this version has {agreement:0.00} here and {line.Agreement:0.00} on the baseline: so far apart they were in no part of it, and the line that was learnt there is drawn beyond its end.")
                : null;
        return new EstimatedQuality(metric, value, double.IsFinite(half) ? Math.Max(0, value - half) : 0, double.IsFinite(half) ? Math.Min(most, value + half) : most, count, doubt);
    }

    private Line[] Lines(int count)
    {
        double[][] right = new double[DrawnWindows][], alike = new double[DrawnWindows][];
        for (int window = 0; window < DrawnWindows; window++)
        {
            double[] weights = new double[ReferenceCount];
            for (int draw = 0; draw < count; draw++)
            {
                weights[SplitMix64.Index((ulong)window + 1, (ulong)draw, weights.Length)]++;
            }

            _right.Resample(weights, right[window] = new double[_right.Statistics.Count]);
            _alike.Resample(weights, alike[window] = new double[_alike.Statistics.Count]);
        }

        return [.. Enumerable.Range(0, _alike.Statistics.Count).Select(index => Line.Through([.. alike.Zip(right).Select(window => (window.First[index], window.Second[index])).Where(pair => double.IsFinite(pair.Item1) && double.IsFinite(pair.Item2))]))];
    }

    /// <summary>Quality against agreement over the drawn windows.</summary>
    /// <param name="Agreement">Mean of the metric against the other version.</param>
    /// <param name="Deviation">Standard deviation of it.</param>
    /// <param name="Quality">Mean of the metric against the truth; NaN where it is not defined.</param>
    /// <param name="Slope">Of the line, 0 or more: whoever agrees more is not worse.</param>
    /// <param name="Rest">Standard deviation of quality around the line.</param>
    private readonly record struct Line(double Agreement, double Deviation, double Quality, double Slope, double Rest)
    {
        public static Line Through((double Agreement, double Quality)[] windows)
        {
            if (windows.Length < DrawnWindows / 2)
            {
                return new Line(double.NaN, 0, double.NaN, 0, 0);
            }

            double agreement = windows.Average(window => window.Agreement), quality = windows.Average(window => window.Quality);
            double variance = windows.Average(window => (window.Agreement - agreement) * (window.Agreement - agreement)), covariance = windows.Average(window => (window.Agreement - agreement) * (window.Quality - quality));
            double slope = variance > 1e-12 ? Math.Max(0, covariance / variance) : 0;
            double squares = windows.Sum(window => Math.Pow(window.Quality - quality - (slope * (window.Agreement - agreement)), 2));
            return new Line(agreement, Math.Sqrt(variance), quality, slope, Math.Sqrt(squares / (windows.Length - 2)));
        }
    }
}
