using VisionMonitor.Metrics.Detection;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>Boxes with classes: COCO's average precision, and precision and recall at the project's operating confidence and IoU .5.</summary>
public sealed class DetectionTask : ITaskEvaluation
{
    // The week stores no numbers by object size, so evidence has one size and one cut: a quarter of the bytes and of the time.
    private static readonly DetectionOptions Asked = new() { AreaRanges = [AreaRange.All], MaxDetections = [100] };

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Detection;

    /// <inheritdoc/>
    public string HeadlineMetric => MetricNames.AveragePrecision;

    /// <inheritdoc/>
    public string? ProblemOf(Prediction predicted, TaskSetup setup) => predicted is DetectionPrediction answer && answer.Boxes.All(box => box.ClassIndex < setup.ClassCount)
        ? null
        : $"class_mismatch: The model answers with a class that is none of the project's {setup.ClassCount} classes.";

    /// <inheritdoc/>
    public ImageEvidence Compare(Truth truth, Prediction predicted, TaskSetup setup)
    {
        if (truth is not DetectionTruth objects || predicted is not DetectionPrediction answer)
        {
            throw new ArgumentException($"A {truth.Task} truth and a {predicted.Task} prediction are no detection.", nameof(predicted));
        }

        DetectionEvidence evidence = new DetectionEvaluation(Asked, setup.ClassCount).Compare(objects.Boxes, answer.Boxes);
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
    private static double ScoreOf(DetectionEvidence evidence, TaskSetup setup) => evidence.AtThreshold(setup.OperatingConfidence).F1 ?? 1;

    private sealed class Evidence : IEvidenceSet
    {
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
            double[] counts = Total(weights);
            (double right, double predicted, double objects) = (0, 0, 0);
            for (int at = 0; at < counts.Length; at += 3)
            {
                (right, predicted, objects) = (right + counts[at], predicted + counts[at + 1], objects + counts[at + 2]);
            }

            int next = 0;
            foreach (double? value in (ReadOnlySpan<double?>)[report.AveragePrecision, report.AveragePrecision50, report.AveragePrecision75, report.AverageRecall100])
            {
                values[next++] = value ?? double.NaN;
            }

            WriteRatios(right, predicted, objects, values[next..]);
            next += 3;
            for (int index = 0; index < _setup.ClassCount; index++, next += 4)
            {
                values[next] = report.PerClass[index].AveragePrecision ?? double.NaN;
                WriteRatios(counts[index * 3], counts[index * 3 + 1], counts[index * 3 + 2], values[(next + 1)..]);
            }
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

        private static void WriteRatios(double right, double predicted, double objects, Span<double> values)
        {
            values[0] = predicted > 0 ? right / predicted : double.NaN;
            values[1] = objects > 0 ? right / objects : double.NaN;
            values[2] = predicted + objects > 0 ? 2 * right / (predicted + objects) : double.NaN;
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
