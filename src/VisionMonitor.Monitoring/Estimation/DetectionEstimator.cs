using System.Collections.Concurrent;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.Geometry;
using VisionMonitor.Metrics.Statistics;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>
/// Average precision, precision, recall and F1 at IoU .5 of boxes without labels. The chance that a box is right at a confidence is learnt on the
/// reference (isotonic); objects that no box shows are taken to be as many, for each expected right box below the operating confidence, as there.
/// </summary>
/// <param name="task">Detection, or instance segmentation judged by its boxes.</param>
public sealed class DetectionEstimator(VisionTask task) : IQualityEstimator
{
    private static readonly string[] _metrics = [MetricNames.AveragePrecision50, MetricNames.Precision, MetricNames.Recall, MetricNames.F1];
    private static readonly int Recall = Array.IndexOf(_metrics, MetricNames.Recall);

    /// <inheritdoc/>
    public VisionTask Task => task;

    /// <inheritdoc/>
    public ILearntQuality? Learn(IReadOnlyList<LabelledAnswer> reference, TaskSetup setup)
    {
        Judged[] known = [.. reference.Select(one => Judge(Truths(one.Truth), Boxes(one.Predicted)))];
        return Lesson.Of(known, setup.OperatingConfidence) is { } lesson ? new Learnt(known, lesson) : null;
    }

    /// <summary>Which boxes are right at IoU .5: the surest first, each takes the free object of its class that it covers best.</summary>
    private static Judged Judge(IReadOnlyList<TruthBox> truths, IReadOnlyList<PredictedBox> predicted)
    {
        bool[] isTaken = new bool[truths.Count];
        Box[] boxes = [.. predicted.OrderByDescending(box => box.Confidence).Select(box =>
        {
            (int best, double overlap) = (-1, 0.5);
            for (int index = 0; index < truths.Count; index++)
            {
                if (!isTaken[index] && !truths[index].IsCrowd && truths[index].ClassIndex == box.ClassIndex && BoxOverlap.IntersectionOverUnion(truths[index].Box, box.Box) is var found && found >= overlap)
                {
                    (best, overlap) = (index, found);
                }
            }

            if (best >= 0)
            {
                isTaken[best] = true;
            }

            return new Box(box.ClassIndex, box.Confidence, best >= 0);
        })];
        return new Judged(boxes, [.. truths.Where(truth => !truth.IsCrowd).Select(truth => truth.ClassIndex)]);
    }

    private static IReadOnlyList<TruthBox> Truths(Truth truth) => truth switch
    {
        DetectionTruth boxes => boxes.Boxes,
        InstanceTruth instances => instances.ToBoxes().Boxes,
        _ => [],
    };

    private static PredictedBox[] Boxes(Prediction predicted) => predicted switch
    {
        DetectionPrediction boxes => [.. boxes.Boxes],
        InstancePrediction instances => [.. instances.Instances.Select(instance => instance.Box)],
        _ => [],
    };

    private readonly record struct Box(int ClassIndex, double Confidence, bool IsRight);

    private sealed record Judged(Box[] Boxes, int[] ObjectClasses);

    /// <summary>What labelled images teach.</summary>
    /// <param name="Chance">The chance that a box of a confidence is right.</param>
    /// <param name="Operating">The operating confidence.</param>
    /// <param name="Unseen">Objects for each right box.</param>
    /// <param name="Correction">Measured over expected there: what the formulas miss on the reference they will miss elsewhere too.</param>
    private sealed record Lesson(IsotonicRegression Chance, double Operating, double Unseen, double[] Correction)
    {
        /// <summary>Null where there is no box.</summary>
        public static Lesson? Of(IReadOnlyList<Judged> known, double operating)
        {
            Box[] all = [.. known.SelectMany(image => image.Boxes)];
            if (all.Length == 0)
            {
                return null;
            }

            Lesson plain = new(IsotonicRegression.Fit(Array.ConvertAll(all, box => box.Confidence), Array.ConvertAll(all, box => box.IsRight ? 1.0 : 0.0)), operating, 1, [1, 1, 1, 1]);
            RankedBoxes expected = plain.Expected(known);
            Lesson unseen = plain with { Unseen = expected.Total is > 0 and var right ? Math.Max(1, known.Sum(image => image.ObjectClasses.Length) / right) : 1 };
            return unseen with { Correction = [.. unseen.Estimated(expected).Zip(unseen.Measured(known), (formula, truth) => formula > 0 ? truth / formula : double.NaN)] };
        }

        public RankedBoxes Expected(IEnumerable<Judged> images) => new(images.SelectMany(image => image.Boxes.Select(box => new RankedBox(box.ClassIndex, box.Confidence, Chance.At(box.Confidence)))), Operating);

        public double[] Estimated(RankedBoxes expected) => [.. expected.Numbers((_, right) => right * Unseen).Zip(Correction, (formula, ratio) => Math.Clamp(formula * ratio, 0, 1))];

        public double[] Measured(IReadOnlyList<Judged> images)
        {
            Dictionary<int, int> objects = images.SelectMany(image => image.ObjectClasses).CountBy(one => one).ToDictionary();
            return new RankedBoxes(images.SelectMany(image => image.Boxes.Select(box => new RankedBox(box.ClassIndex, box.Confidence, box.IsRight ? 1 : 0))), Operating).Numbers((own, _) => objects.GetValueOrDefault(own));
        }
    }

    private sealed class Learnt(Judged[] known, Lesson lesson) : ILearntQuality
    {
        private readonly float[] _confident = lesson.Expected(known).Confident;
        private readonly ConcurrentDictionary<int, double[]> _spreads = [];

        public int ReferenceCount => known.Length;

        public IReadOnlyList<EstimatedQuality> Estimate(IReadOnlyList<Prediction> window)
        {
            Judged[] seen = [.. window.Select(one => Judge([], Boxes(one)))];
            RankedBoxes expected = lesson.Expected(seen);
            float[] confident = expected.Confident;
            string? doubt = QualityEstimators.Doubt(ReferenceCount, _confident, confident, "objects that the model sees");
            double[] values = lesson.Estimated(expected), spread = _spreads.GetOrAdd(seen.Length, Spread);

            // Few objects are missed, none in many a window: the spread of so few leans to one side, as Wilson's interval does.
            double objects = expected.Total * lesson.Unseen;
            double fewest = double.IsFinite(values[Recall]) && Proportion.Wilson(values[Recall] * objects, objects) is { } missed ? missed.Low : 1;
            return [.. _metrics.Index().Where(metric => double.IsFinite(values[metric.Index])).Select(metric =>
            {
                double value = values[metric.Index], half = NormalDistribution.TwoSided95 * spread[metric.Index], low = metric.Index == Recall ? Math.Min(fewest, value - half) : value - half;
                return new EstimatedQuality(metric.Item, value, Math.Max(0, low), Math.Min(1, value + half), Math.Max(1, confident.Length), doubt);
            })];
        }

        public IReadOnlyDictionary<string, double> Values(IReadOnlyList<Prediction> window) =>
            _metrics.Zip(lesson.Estimated(lesson.Expected([.. window.Select(one => Judge([], Boxes(one)))]))).Where(one => double.IsFinite(one.Second)).ToDictionary();

        private double[] Spread(int count) => QualityEstimators.Spread(known, count, (window, others) =>
        {
            Lesson own = Lesson.Of(others, lesson.Operating) ?? lesson;
            return [.. own.Measured(window).Zip(own.Estimated(own.Expected(window)), (measured, estimated) => measured - estimated)];
        });
    }
}
