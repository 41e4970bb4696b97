using VisionMonitor.Metrics.Classification;
using VisionMonitor.Metrics.Detection;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>Boxes with classes: COCO's average precision, and precision and recall at the project's operating confidence and IoU .5; with joints, by their similarity (OKS) instead of IoU.</summary>
public sealed class DetectionTask : ITaskEvaluation
{
    // The week stores no numbers by object size, so evidence has one size and one cut: a quarter of the bytes and of the time.
    internal static readonly DetectionOptions Asked = new() { AreaRanges = [AreaRange.All], MaxDetections = [100] };

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public string HeadlineMetric => MetricNames.AveragePrecision;

    /// <inheritdoc/>
    public string? ProblemOf(Prediction predicted, TaskSetup setup) => predicted is DetectionPrediction answer && answer.Boxes.All(box => box.ClassIndex < setup.ClassCount)
        ? null
        : setup.UnknownClass;

    /// <inheritdoc/>
    public ImageEvidence Compare(Truth truth, Prediction predicted, TaskSetup setup)
    {
        if (truth is not DetectionTruth objects || predicted is not DetectionPrediction answer)
        {
            throw new ArgumentException($"A {truth.Task} truth and a {predicted.Task} prediction are no detection.", nameof(predicted));
        }

        // Joints are compared where both sides have them; then an object is found by its joints, not by its box.
        DetectionEvidence evidence = objects.Joints is { } labelled && answer.Joints is { } found
            ? new KeypointEvaluation(Asked, setup.ClassCount).Compare(
                [.. objects.Boxes.Select((box, index) => new TruthJoints(box, labelled[index]))], [.. answer.Boxes.Select((box, index) => new PredictedJoints(box, found[index]))])
            : new DetectionEvaluation(Asked, setup.ClassCount).Compare(objects.Boxes, answer.Boxes);
        return new ImageEvidence(evidence.ToBytes(), ScoreOf(evidence, setup));
    }

    /// <inheritdoc/>
    public IEvidenceSet Prepare(IReadOnlyList<byte[]> contents, TaskSetup setup) =>
        new Evidence([.. contents.Select(content => DetectionEvidence.FromBytes(content))], setup);

    /// <inheritdoc/>
    public AnswerTraits Describe(Prediction predicted, TaskSetup setup)
    {
        PredictedBox[] counted = predicted is DetectionPrediction answer ? [.. answer.Boxes.Where(box => box.Confidence >= setup.OperatingConfidence)] : [];
        return new AnswerTraits(counted.Length == 0 ? null : counted.Average(box => box.Confidence), [.. counted.Select(box => box.ClassIndex)]);
    }

    // An image without objects and without detections is answered right.
    internal static double ScoreOf(DetectionEvidence evidence, TaskSetup setup) => evidence.AtThreshold(setup.OperatingConfidence).F1 ?? 1;

    private sealed class Evidence : IEvidenceSet
    {
        private const int OverallCount = 7;
        private const int PerClassCount = 4;

        private readonly DetectionEvidence[] _images;
        private readonly TaskSetup _setup;
        private readonly DetectionSummary _summary;

        // Image × class × (right, predicted, objects) at the operating confidence: precision and recall under any weights are sums of these.
        private readonly double[] _counts;

        public Evidence(DetectionEvidence[] images, TaskSetup setup)
        {
            (_images, _setup) = (images, setup);
            _summary = DetectionSummary.Prepare(new DetectionEvaluation(Asked, setup.ClassCount), images);
            _counts = new double[images.Length * setup.ClassCount * 3];
            for (int image = 0; image < images.Length; image++)
            {
                CountImage(DetectionConfusion.From([images[image]], [], setup.ClassCount, setup.OperatingConfidence), _counts.AsSpan(image * setup.ClassCount * 3, setup.ClassCount * 3));
            }

            Statistics = ListStatistics();
        }

        public int ImageCount => _images.Length;

        public IReadOnlyList<Statistic> Statistics { get; }

        public double OutcomeOf(int image) => ScoreOf(_images[image], _setup);

        public void Summarize(ReadOnlySpan<double> weights, Span<double> values)
        {
            DetectionReport report = _summary.Summarize(weights);
            values[0] = report.AveragePrecision ?? double.NaN;
            values[1] = report.AveragePrecision50 ?? double.NaN;
            values[2] = report.AveragePrecision75 ?? double.NaN;
            values[3] = report.AverageRecall100 ?? double.NaN;
            for (int index = 0; index < _setup.ClassCount; index++)
            {
                values[OverallCount + index * PerClassCount] = report.PerClass[index].AveragePrecision ?? double.NaN;
            }

            WriteRatios(weights, values);
        }

        // The sweep over one threshold or over recall alone costs ten times as much: their intervals are left out.
        public void Resample(ReadOnlySpan<double> weights, Span<double> values)
        {
            Span<double> perClass = stackalloc double[_setup.ClassCount];
            values[..OverallCount].Fill(double.NaN);
            values[0] = _summary.AveragePrecision(weights, perClass) ?? double.NaN;
            for (int index = 0; index < perClass.Length; index++)
            {
                values[OverallCount + index * PerClassCount] = perClass[index];
            }

            WriteRatios(weights, values);
        }

        public ConfusionMatrix Confusion(ReadOnlySpan<double> weights) =>
            new(_setup.ClassCount, HasBackground: true, DetectionConfusion.From(_images, weights, _setup.ClassCount, _setup.OperatingConfidence).Counts.ToArray());

        private static void CountImage(DetectionConfusion confusion, Span<double> counts)
        {
            for (int index = 0; index < confusion.ClassCount; index++)
            {
                counts[index * 3] = confusion[index, index];
                for (int other = 0; other <= confusion.ClassCount; other++)
                {
                    counts[index * 3 + 1] += confusion[other, index];
                    counts[index * 3 + 2] += confusion[index, other];
                }
            }
        }

        /// <summary>Precision, recall and F1 at the operating confidence, over all classes and of each.</summary>
        private void WriteRatios(ReadOnlySpan<double> weights, Span<double> values)
        {
            double[] counts = Total(weights);
            (double right, double predicted, double objects) = (0, 0, 0);
            for (int index = 0; index < _setup.ClassCount; index++)
            {
                ReadOnlySpan<double> own = counts.AsSpan(index * 3, 3);
                (right, predicted, objects) = (right + own[0], predicted + own[1], objects + own[2]);
                PrecisionRecallF1.Of(own[0], own[2], own[1]).CopyTo(values[(OverallCount + index * PerClassCount + 1)..]);
            }

            PrecisionRecallF1.Of(right, objects, predicted).CopyTo(values[(OverallCount - 3)..]);
        }

        private double[] Total(ReadOnlySpan<double> weights)
        {
            int width = _setup.ClassCount * 3;
            double[] total = new double[width];
            for (int image = 0; image < _images.Length; image++)
            {
                double weight = weights.IsEmpty ? 1 : weights[image];
                ReadOnlySpan<double> own = _counts.AsSpan(image * width, width);
                for (int at = 0; at < width; at++)
                {
                    total[at] += weight * own[at];
                }
            }

            return total;
        }

        private List<Statistic> ListStatistics()
        {
            double[] counts = Total([]);
            string[] overall = [MetricNames.AveragePrecision, MetricNames.AveragePrecision50, MetricNames.AveragePrecision75, MetricNames.AverageRecall, MetricNames.Precision, MetricNames.Recall, MetricNames.F1];
            string[] perClass = [MetricNames.AveragePrecision, MetricNames.Precision, MetricNames.Recall, MetricNames.F1];
            return
            [
                .. overall.Select(metric => new Statistic(metric, RunMetric.AllClasses, ImageCount)),
                .. Enumerable.Range(0, _setup.ClassCount).SelectMany(index => perClass.Select(metric => new Statistic(metric, index, (long)counts[index * 3 + 2]))),
            ];
        }
    }
}
