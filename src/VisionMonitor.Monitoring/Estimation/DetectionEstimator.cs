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

    /// <inheritdoc/>
    public VisionTask Task => task;

    /// <inheritdoc/>
    public ILearntQuality? Learn(IReadOnlyList<LabelledAnswer> reference, TaskSetup setup)
    {
        Judged[] known = [.. reference.Select(one => Judge(Truths(one.Truth), Boxes(one.Predicted)))];
        Box[] all = [.. known.SelectMany(image => image.Boxes)];
        return all.Length == 0
            ? null
            : new Learnt(known, IsotonicRegression.Fit(Array.ConvertAll(all, box => box.Confidence), Array.ConvertAll(all, box => box.IsRight ? 1.0 : 0.0)), setup.OperatingConfidence);
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
        return new Judged(boxes, truths.Count(truth => !truth.IsCrowd));
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

    private sealed record Judged(Box[] Boxes, int ObjectCount);

    private sealed class Learnt : ILearntQuality
    {
        private readonly IsotonicRegression _chance;
        private readonly double _operating;
        private readonly double _unseen;
        private readonly double[] _correction;
        private readonly double[] _spread;
        private readonly float[] _confident;

        public Learnt(Judged[] known, IsotonicRegression chance, double operating)
        {
            (_chance, _operating, ReferenceCount) = (chance, operating, known.Length);
            double objects = known.Sum(image => image.ObjectCount), right = known.Sum(image => image.Boxes.Count(box => box.IsRight));
            RankedBoxes expected = Ranked(known, box => chance.At(box.Confidence)), measured = Ranked(known, box => box.IsRight ? 1 : 0);
            _unseen = expected.Total > 0 ? Math.Max(1, objects / expected.Total) : 1;
            double[] expectedThere = expected.Numbers(_unseen), measuredThere = measured.Numbers(objects / Math.Max(1, right));

            // What the formulas miss on the reference they will miss elsewhere too: the ratio carries it over.
            _correction = [.. expectedThere.Zip(measuredThere, (formula, truth) => formula > 0 ? truth / formula : double.NaN)];
            _spread = measured.Spread(_unseen);
            _confident = expected.Confident;
        }

        public int ReferenceCount { get; }

        public IReadOnlyList<EstimatedQuality> Estimate(IReadOnlyList<Prediction> window)
        {
            RankedBoxes seen = Ranked([.. window.Select(one => Judge([], Boxes(one)))], box => _chance.At(box.Confidence));
            double[] expected = seen.Numbers(_unseen), spread = seen.Spread(_unseen);
            string? doubt = QualityEstimators.Doubt(ReferenceCount, _confident, seen.Confident, "objects that the model sees");
            List<EstimatedQuality> estimates = [];
            for (int index = 0; index < _metrics.Length; index++)
            {
                double value = Math.Clamp(expected[index] * _correction[index], 0, 1);
                if (double.IsFinite(value))
                {
                    // Whether an expected right box is right is chance too: for few boxes it is most of the doubt.
                    double boxes = Math.Max(1, seen.Confident.Length);
                    double half = NormalDistribution.TwoSided95 * Math.Sqrt((spread[index] * spread[index]) + (_spread[index] * _spread[index]) + (value * (1 - value) / boxes));
                    estimates.Add(new EstimatedQuality(_metrics[index], value, Math.Max(0, value - half), Math.Min(1, value + half), (long)boxes, doubt));
                }
            }

            return estimates;
        }

        private RankedBoxes Ranked(Judged[] images, Func<Box, double> right) =>
            new(images.Length, images.SelectMany((image, index) => image.Boxes.Select(box => new RankedBox(box.ClassIndex, box.Confidence, index, right(box)))), _operating);
    }
}
