using System.Globalization;
using VisionMonitor.Metrics.Panoptic;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>Segments that share out the image: panoptic quality and its two factors; of things and of stuff too, where the project says which of its classes are ground.</summary>
public sealed class PanopticTask : ITaskEvaluation
{
    private static readonly (string Metric, Func<PanopticReport, double?> Of)[] _apart =
    [
        (MetricNames.PanopticQualityOfThings, report => report.Things.PanopticQuality),
        (MetricNames.PanopticQualityOfStuff, report => report.Stuff.PanopticQuality),
    ];

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Panoptic;

    /// <inheritdoc/>
    public string HeadlineMetric => MetricNames.PanopticQuality;

    /// <inheritdoc/>
    public string? ProblemOf(Prediction predicted, TaskSetup setup) => predicted is PanopticPrediction answer && answer.Segments.All(segment => segment.ClassIndex < setup.ClassCount)
        ? null
        : setup.UnknownClass;

    /// <inheritdoc/>
    public ImageEvidence Compare(Truth truth, Prediction predicted, TaskSetup setup)
    {
        (PanopticImage labelled, PanopticImage answer) = Pictures(truth, predicted);
        PanopticEvaluation evaluation = Evaluation(setup);
        PanopticEvidence evidence = evaluation.Compare(labelled, answer);
        return new ImageEvidence(evidence.ToBytes(), ScoreOf(evaluation, evidence));
    }

    /// <summary>Which segments of an answer are right and which are wrong.</summary>
    /// <inheritdoc cref="Compare"/>
    internal static PanopticMatching Match(Truth truth, Prediction predicted, TaskSetup setup)
    {
        (PanopticImage labelled, PanopticImage answer) = Pictures(truth, predicted);
        return Evaluation(setup).Match(labelled, answer);
    }

    /// <inheritdoc/>
    public IEvidenceSet Prepare(IReadOnlyList<byte[]> contents, TaskSetup setup) =>
        new Evidence(Evaluation(setup), setup.StuffIndices.Count > 0, [.. contents.Select(content => PanopticEvidence.FromBytes(content))]);

    /// <inheritdoc/>
    public AnswerTraits Describe(Prediction predicted, TaskSetup setup) => predicted is PanopticPrediction { Segments: var segments }
        ? new(segments.Count == 0 ? null : segments.Average(segment => segment.Confidence), [.. segments.Select(segment => segment.ClassIndex)])
        : new(null, []);

    private static PanopticEvaluation Evaluation(TaskSetup setup) => new(
        [.. Enumerable.Range(0, setup.ClassCount).Select(index => new PanopticCategory(index, index.ToString(CultureInfo.InvariantCulture), IsThing: !setup.StuffIndices.Contains(index)))],
        new PanopticOptions { RecountTruthAreas = true });

    private static double ScoreOf(PanopticEvaluation evaluation, PanopticEvidence evidence) => evaluation.Summarize([evidence], []).All.PanopticQuality ?? 1;

    private static (PanopticImage Truth, PanopticImage Predicted) Pictures(Truth truth, Prediction predicted) => truth is PanopticTruth labelled && predicted is PanopticPrediction answer
        ? (Picture(labelled.Map, labelled.Segments.Select(segment => new PanopticSegment(segment.Id, segment.ClassIndex, segment.IsCrowd))),
            Picture(answer.Map, answer.Segments.Select(segment => new PanopticSegment(segment.Id, segment.ClassIndex))))
        : throw new ArgumentException($"A {truth.Task} truth and a {predicted.Task} prediction are no panoptic segmentation.", nameof(predicted));

    private static PanopticImage Picture(ClassMap map, IEnumerable<PanopticSegment> segments)
    {
        int[] ids = new int[map.Width * map.Height];
        map.CopyTo(ids);
        return new(map.Width, map.Height, ids, [.. segments]);
    }

    private sealed class Evidence : IEvidenceSet
    {
        private readonly PanopticEvaluation _evaluation;
        private readonly PanopticEvidence[] _images;
        private readonly (string Metric, Func<PanopticReport, double?> Of)[] _overall;

        public Evidence(PanopticEvaluation evaluation, bool tellsStuff, PanopticEvidence[] images)
        {
            (_evaluation, _images) = (evaluation, images);
            _overall =
            [
                (MetricNames.PanopticQuality, report => report.All.PanopticQuality),
                (MetricNames.SegmentationQuality, report => report.All.SegmentationQuality),
                (MetricNames.RecognitionQuality, report => report.All.RecognitionQuality),
                .. tellsStuff ? _apart : [],
            ];
            Statistics =
            [
                .. _overall.Select(one => new Statistic(one.Metric, RunMetric.AllClasses, images.Length)),
                .. evaluation.Summarize(images, []).PerClass.Select((one, index) => new Statistic(MetricNames.PanopticQuality, index, (long)(one.TruePositives + one.FalseNegatives))),
            ];
        }

        public int ImageCount => _images.Length;

        public IReadOnlyList<Statistic> Statistics { get; }

        public double OutcomeOf(int image) => ScoreOf(_evaluation, _images[image]);

        public void Summarize(ReadOnlySpan<double> weights, Span<double> values)
        {
            PanopticReport report = _evaluation.Summarize(_images, weights);
            for (int index = 0; index < _overall.Length; index++)
            {
                values[index] = _overall[index].Of(report) ?? double.NaN;
            }

            for (int index = 0; index < report.PerClass.Count; index++)
            {
                values[_overall.Length + index] = report.PerClass[index].PanopticQuality ?? double.NaN;
            }
        }

        public void Resample(ReadOnlySpan<double> weights, Span<double> values) => Summarize(weights, values);

        /// <summary>Segments are matched within a class only: what is not right was missed, or is too much.</summary>
        public ConfusionMatrix Confusion(ReadOnlySpan<double> weights)
        {
            IReadOnlyList<PanopticClassReport> classes = _evaluation.Summarize(_images, weights).PerClass;
            int size = classes.Count + 1;
            double[] counts = new double[size * size];
            for (int index = 0; index < classes.Count; index++)
            {
                counts[index * size + index] = classes[index].TruePositives;
                counts[index * size + classes.Count] = classes[index].FalseNegatives;
                counts[classes.Count * size + index] = classes[index].FalsePositives;
            }

            return new(classes.Count, HasBackground: true, counts);
        }
    }
}
