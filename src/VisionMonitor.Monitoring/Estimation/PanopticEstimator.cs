using VisionMonitor.Metrics.Drift;
using VisionMonitor.Metrics.Panoptic;
using VisionMonitor.Monitoring.Evaluation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;

namespace VisionMonitor.Monitoring.Estimation;

/// <summary>
/// Panoptic, segmentation and recognition quality without labels. The chance that a segment matches, and its part in the sum of IoU, are learnt on the
/// reference from its confidence times the overlap that its mask's own probabilities promise (isotonic, stuff apart from things), and put right for each
/// class by the ratio of what was counted there to what the curves expect.
/// </summary>
public sealed class PanopticEstimator : IQualityEstimator
{
    private static readonly string[] _metrics = [MetricNames.PanopticQuality, MetricNames.SegmentationQuality, MetricNames.RecognitionQuality];

    /// <summary>A ratio of a class is drawn to 1 as if so many segments more had been just as expected: few segments teach little.</summary>
    private const double PriorSegments = 2;

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Panoptic;

    /// <inheritdoc/>
    public ILearntQuality? Learn(IReadOnlyList<LabelledAnswer> reference, TaskSetup setup)
    {
        Judged[] known = [.. reference.Where(one => HasOneSize(one.Truth, one.Predicted)).Select(one => Judge(one, setup))];
        return known.All(image => image.Segments.Length == 0) ? null : new WindowEstimates<Judged>(known, new(
            _metrics,
            images => Lesson.Of(images, setup.ClassCount).Estimated,
            images => Sums.Counted(images, setup.ClassCount).Numbers(),
            predicted => predicted is PanopticPrediction answer ? new Judged(Segments(answer, setup, _ => (0, true)), []) : null,
            image => image.Segments.Select(segment => (float)segment.Score),
            "segments"));
    }

    private static bool HasOneSize(Vision.Truths.Truth truth, Prediction predicted) =>
        truth is Vision.Truths.PanopticTruth { Map: var labelled } && predicted is PanopticPrediction { Map: var said } && (labelled.Width, labelled.Height) == (said.Width, said.Height);

    private static Judged Judge(LabelledAnswer one, TaskSetup setup)
    {
        PanopticMatching matching = PanopticTask.Match(one.Truth, one.Predicted, setup);
        Dictionary<int, double> overlaps = matching.Matches.ToDictionary(match => match.PredictedId, match => match.IntersectionOverUnion);
        HashSet<int> wrong = [.. matching.WrongIds];
        return new Judged(
            Segments((PanopticPrediction)one.Predicted, setup, id => (overlaps.GetValueOrDefault(id), wrong.Contains(id))),
            [.. ((Vision.Truths.PanopticTruth)one.Truth).Segments.Where(segment => !segment.IsCrowd && segment.ClassIndex < setup.ClassCount).Select(segment => segment.ClassIndex)]);
    }

    private static Segment[] Segments(PanopticPrediction answer, TaskSetup setup, Func<int, (double Overlap, bool IsWrong)> outcomeOf) => [.. answer.Segments.Where(one => one.ClassIndex < setup.ClassCount).Select(one =>
    {
        (double overlap, bool isWrong) = outcomeOf(one.Id);
        return new Segment(one.ClassIndex, setup.StuffIndices.Contains(one.ClassIndex), one.Confidence * (one.ExpectedOverlap ?? 1), overlap, isWrong);
    })];

    /// <param name="ClassIndex">Its class.</param>
    /// <param name="IsStuff">Whether that is one of ground.</param>
    /// <param name="Score">Confidence times expected overlap, 0 to 1.</param>
    /// <param name="Overlap">IoU with the true segment that it matches; 0 where it matches none.</param>
    /// <param name="IsWrong">Whether it counts against the model.</param>
    private readonly record struct Segment(int ClassIndex, bool IsStuff, double Score, double Overlap, bool IsWrong);

    private sealed record Judged(Segment[] Segments, int[] TruthClasses);

    /// <summary>Sums of each class: right segments and their IoU, wrong ones, and true ones.</summary>
    private sealed record Sums(double[] Right, double[] Overlap, double[] Wrong, double[] There)
    {
        public static Sums Counted(IReadOnlyList<Judged> images, int classCount)
        {
            Sums sums = Over(images, classCount, segment => (segment.Overlap > 0 ? 1 : 0, segment.Overlap, segment.IsWrong ? 1 : 0));
            foreach (int classIndex in images.SelectMany(image => image.TruthClasses))
            {
                sums.There[classIndex]++;
            }

            return sums;
        }

        public static Sums Over(IReadOnlyList<Judged> images, int classCount, Func<Segment, (double Right, double Overlap, double Wrong)> of)
        {
            Sums sums = new(new double[classCount], new double[classCount], new double[classCount], new double[classCount]);
            foreach (Segment segment in images.SelectMany(image => image.Segments))
            {
                (double right, double overlap, double wrong) = of(segment);
                sums.Right[segment.ClassIndex] += right;
                sums.Overlap[segment.ClassIndex] += overlap;
                sums.Wrong[segment.ClassIndex] += wrong;
            }

            return sums;
        }

        /// <summary>Means over the classes that are predicted or there, as <see cref="PanopticReport"/> has them.</summary>
        public double[] Numbers()
        {
            (double quality, double fit, double recognition, int classes) = (0, 0, 0, 0);
            for (int index = 0; index < Right.Length; index++)
            {
                if (Right[index] + Wrong[index] + There[index] is > 0 and var both)
                {
                    quality += 2 * Overlap[index] / both;
                    fit += Right[index] > 0 ? Overlap[index] / Right[index] : 0;
                    recognition += 2 * Right[index] / both;
                    classes++;
                }
            }

            return classes == 0 ? [double.NaN, double.NaN, double.NaN] : [quality / classes, fit / classes, recognition / classes];
        }
    }

    /// <summary>What labelled images teach.</summary>
    /// <param name="Things">The curves of things; null where there are none.</param>
    /// <param name="Stuff">The curves of stuff; null where there is none.</param>
    /// <param name="Ratios">Of each class, counted for each expected; true segments for each that is predicted.</param>
    private sealed record Lesson(Curves? Things, Curves? Stuff, Sums Ratios)
    {
        public static Lesson Of(IReadOnlyList<Judged> images, int classCount)
        {
            Segment[] all = [.. images.SelectMany(image => image.Segments)];
            Lesson plain = new(Curves.Of([.. all.Where(one => !one.IsStuff)]), Curves.Of([.. all.Where(one => one.IsStuff)]), new([], [], [], []));
            Sums counted = Sums.Counted(images, classCount), expected = plain.Expected(images, classCount);
            double unseen = counted.There.Sum() / Math.Max(1, all.Length);
            return plain with
            {
                Ratios = new Sums(Ratio(counted.Right, expected.Right, 1), Ratio(counted.Overlap, expected.Overlap, 1), Ratio(counted.Wrong, expected.Wrong, 1), Ratio(counted.There, Predicted(expected), unseen)),
            };
        }

        public double[] Estimated(IReadOnlyList<Judged> images)
        {
            Sums expected = Expected(images, Ratios.Right.Length);
            return new Sums(Times(expected.Right, Ratios.Right), Times(expected.Overlap, Ratios.Overlap), Times(expected.Wrong, Ratios.Wrong), Times(Predicted(expected), Ratios.There)).Numbers();
        }

        private Sums Expected(IReadOnlyList<Judged> images, int classCount) => Sums.Over(images, classCount, segment =>
        {
            Curves? curves = segment.IsStuff ? Stuff ?? Things : Things ?? Stuff;
            double right = curves?.Chance.At(segment.Score) ?? 0;
            return (right, curves?.Overlap.At(segment.Score) ?? 0, 1 - right);
        });

        private static double[] Predicted(Sums expected) => [.. expected.Right.Zip(expected.Wrong, (right, wrong) => right + wrong)];

        private static double[] Ratio(double[] counted, double[] expected, double prior) => [.. counted.Zip(expected, (part, whole) => (part + (PriorSegments * prior)) / (whole + PriorSegments))];

        private static double[] Times(double[] sums, double[] ratios) => [.. sums.Zip(ratios, (sum, ratio) => sum * ratio)];
    }

    /// <param name="Chance">The chance of a match at a score.</param>
    /// <param name="Overlap">The IoU to be expected at a score, 0 for none.</param>
    private sealed record Curves(IsotonicRegression Chance, IsotonicRegression Overlap)
    {
        public static Curves? Of(Segment[] segments)
        {
            double[] scores = Array.ConvertAll(segments, one => one.Score);
            return segments.Length == 0 ? null : new(
                IsotonicRegression.Fit(scores, Array.ConvertAll(segments, one => one.Overlap > 0 ? 1.0 : 0.0)), IsotonicRegression.Fit(scores, Array.ConvertAll(segments, one => one.Overlap)));
        }
    }
}
