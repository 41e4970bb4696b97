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
    private const int Replicates = 100;
    private const double TrustLevel = 0.01;
    private static readonly string[] _metrics = [MetricNames.AveragePrecision50, MetricNames.Precision, MetricNames.Recall, MetricNames.F1];

    /// <inheritdoc/>
    public VisionTask Task => task;

    /// <inheritdoc/>
    public IReadOnlyList<EstimatedQuality> Estimate(IReadOnlyList<LabelledAnswer> reference, IReadOnlyList<Prediction> window, TaskSetup setup)
    {
        Judged[] known = [.. reference.Select(one => Judge(Truths(one.Truth), Boxes(one.Predicted)))];
        Box[] all = [.. known.SelectMany(image => image.Boxes)];
        if (all.Length == 0)
        {
            return [];
        }

        IsotonicRegression chance = IsotonicRegression.Fit(Array.ConvertAll(all, box => box.Confidence), Array.ConvertAll(all, box => box.IsRight ? 1.0 : 0.0));
        Box[][] taught = [.. known.Select(image => Array.ConvertAll(image.Boxes, box => box with { Chance = chance.At(box.Confidence) }))];
        Box[][] seen = [.. window.Select(one => Array.ConvertAll([.. Boxes(one)], box => new Box(box.ClassIndex, box.Confidence, false, chance.At(box.Confidence))))];
        double objects = known.Sum(image => image.ObjectCount), shown = taught.Sum(image => image.Sum(box => box.Chance));
        double unseen = shown > 0 ? Math.Max(1, objects / shown) : 1;
        double[] expectedThere = Numbers(taught, box => box.Chance, unseen, setup);
        double[] measuredThere = Numbers(taught, box => box.IsRight ? 1 : 0, objects / Math.Max(1, taught.Sum(image => image.Count(box => box.IsRight))), setup);
        double[] expected = Numbers(seen, box => box.Chance, unseen, setup);
        double[] spread = Spread(seen, sample => Numbers(sample, box => box.Chance, unseen, setup)), taughtSpread = Spread(taught, sample => Numbers(sample, box => box.IsRight ? 1 : 0, unseen, setup));
        string? doubt = Doubt(reference.Count, taught, seen, setup);
        List<EstimatedQuality> estimates = [];
        for (int index = 0; index < _metrics.Length; index++)
        {
            // What the formulas miss on the reference they will miss here too: the ratio carries it over.
            double value = expectedThere[index] > 0 ? Math.Clamp(expected[index] * measuredThere[index] / expectedThere[index], 0, 1) : double.NaN;
            if (double.IsFinite(value))
            {
                // Whether an expected right box is right is chance too: for few boxes it is most of the doubt.
                double boxes = Math.Max(1, seen.Sum(image => image.Count(box => box.Confidence >= setup.OperatingConfidence)));
                double half = 1.959963984540054 * Math.Sqrt((spread[index] * spread[index]) + (taughtSpread[index] * taughtSpread[index]) + (value * (1 - value) / boxes));
                estimates.Add(new EstimatedQuality(_metrics[index], value, Math.Max(0, value - half), Math.Min(1, value + half), (long)boxes, doubt));
            }
        }

        return estimates;
    }

    private static string? Doubt(int referenceCount, Box[][] reference, Box[][] window, TaskSetup setup)
    {
        if (referenceCount < QualityEstimators.LeastReference)
        {
            return $"The reference has {referenceCount} labelled images; {QualityEstimators.LeastReference - referenceCount} more are needed.";
        }

        float[] known = Confident(reference, setup), seen = Confident(window, setup);
        if (known.Length < 2 || seen.Length < 2)
        {
            return "The model sees hardly any object here.";
        }

        DimensionTests test = DimensionTests.Of(known, seen, 1);
        return test.PValues[0] < TrustLevel
            ? FormattableString.Invariant($"The window leaves the calibrated region: its confidences differ from the reference's (Kolmogorov–Smirnov {test.KolmogorovSmirnov[0]:0.00}, p {test.PValues[0]:0.0000}).")
            : null;
    }

    private static float[] Confident(Box[][] images, TaskSetup setup) =>
        [.. images.SelectMany(image => image).Where(box => box.Confidence >= setup.OperatingConfidence).Select(box => (float)box.Confidence)];

    /// <summary>Average precision over classes, and precision, recall and F1 at the operating confidence, from the chance of each box to be right.</summary>
    private static double[] Numbers(IReadOnlyList<Box[]> images, Func<Box, double> right, double unseen, TaskSetup setup)
    {
        (double sum, int classes, double truePositives, double predicted, double objects) = (0, 0, 0, 0, 0);
        foreach (IGrouping<int, Box> own in images.SelectMany(image => image).GroupBy(box => box.ClassIndex).OrderBy(group => group.Key))
        {
            Box[] sorted = [.. own.OrderByDescending(box => box.Confidence)];
            double there = sorted.Sum(right) * unseen;
            if (there > 0.5)
            {
                (sum, classes) = (sum + Area(sorted, right, there), classes + 1);
            }

            objects += there;
            truePositives += sorted.Where(box => box.Confidence >= setup.OperatingConfidence).Sum(right);
            predicted += sorted.Count(box => box.Confidence >= setup.OperatingConfidence);
        }

        return [classes > 0 ? sum / classes : double.NaN, truePositives / predicted, truePositives / objects, 2 * truePositives / (predicted + objects)];
    }

    /// <summary>The area under precision over recall, precision made falling from the right.</summary>
    private static double Area(Box[] sorted, Func<Box, double> right, double objects)
    {
        double[] found = new double[sorted.Length];
        double total = 0;
        for (int rank = 0; rank < sorted.Length; rank++)
        {
            found[rank] = total += right(sorted[rank]);
        }

        (double area, double best) = (0, 0);
        for (int rank = sorted.Length - 1; rank >= 0; rank--)
        {
            best = Math.Max(best, found[rank] / (rank + 1));
            area += best * (found[rank] - (rank > 0 ? found[rank - 1] : 0)) / objects;
        }

        return area;
    }

    private static double[] Spread(Box[][] images, Func<IReadOnlyList<Box[]>, double[]> numbers)
    {
        double[][] drawn = new double[Replicates][];
        Box[][] sample = new Box[images.Length][];
        for (int replicate = 0; replicate < Replicates; replicate++)
        {
            for (int image = 0; image < images.Length; image++)
            {
                sample[image] = images[SplitMix64.Index((ulong)replicate + 1, (ulong)image, images.Length)];
            }

            drawn[replicate] = numbers(sample);
        }

        return [.. _metrics.Select((_, index) =>
        {
            double[] finite = [.. drawn.Select(one => one[index]).Where(double.IsFinite)];
            double mean = finite.Length > 0 ? finite.Average() : 0;
            return finite.Length > 1 ? Math.Sqrt(finite.Sum(value => (value - mean) * (value - mean)) / (finite.Length - 1)) : 0;
        })];
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

            return new Box(box.ClassIndex, box.Confidence, best >= 0, 0);
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

    private readonly record struct Box(int ClassIndex, double Confidence, bool IsRight, double Chance);

    private sealed record Judged(Box[] Boxes, int ObjectCount);
}
