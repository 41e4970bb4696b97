using System.Globalization;
using VisionMonitor.Metrics.Panoptic;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>Segments that share out the image: panoptic quality and its two factors. A project does not say which classes are ground, so all count alike.</summary>
public sealed class PanopticTask : ITaskEvaluation
{
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
        if (truth is not PanopticTruth labelled || predicted is not PanopticPrediction answer)
        {
            throw new ArgumentException($"A {truth.Task} truth and a {predicted.Task} prediction are no panoptic segmentation.", nameof(predicted));
        }

        PanopticEvaluation evaluation = Evaluation(setup);
        PanopticEvidence evidence = evaluation.Compare(
            Picture(labelled.Map, labelled.Segments.Select(segment => new PanopticSegment(segment.Id, segment.ClassIndex, segment.IsCrowd))),
            Picture(answer.Map, answer.Segments.Select(segment => new PanopticSegment(segment.Id, segment.ClassIndex))));
        return new ImageEvidence(evidence.ToBytes(), ScoreOf(evaluation, evidence));
    }

    /// <inheritdoc/>
    public IEvidenceSet Prepare(IReadOnlyList<byte[]> contents, TaskSetup setup) =>
        new Evidence(Evaluation(setup), [.. contents.Select(content => PanopticEvidence.FromBytes(content))]);

    /// <inheritdoc/>
    public AnswerTraits Describe(Prediction predicted, TaskSetup setup) => predicted is PanopticPrediction { Segments: var segments }
        ? new(segments.Count == 0 ? null : segments.Average(segment => segment.Confidence), [.. segments.Select(segment => segment.ClassIndex)])
        : new(null, []);

    private static PanopticEvaluation Evaluation(TaskSetup setup) => new(
        [.. Enumerable.Range(0, setup.ClassCount).Select(index => new PanopticCategory(index, index.ToString(CultureInfo.InvariantCulture), IsThing: true))],
        new PanopticOptions { RecountTruthAreas = true });

    private static double ScoreOf(PanopticEvaluation evaluation, PanopticEvidence evidence) => evaluation.Summarize([evidence], []).All.PanopticQuality ?? 1;

    private static PanopticImage Picture(ClassMap map, IEnumerable<PanopticSegment> segments)
    {
        int[] ids = new int[map.Width * map.Height];
        map.CopyTo(ids);
        return new(map.Width, map.Height, ids, [.. segments]);
    }

    private sealed class Evidence(PanopticEvaluation evaluation, PanopticEvidence[] images) : IEvidenceSet
    {
        private const int OverallCount = 3;

        public int ImageCount => images.Length;

        public IReadOnlyList<Statistic> Statistics { get; } =
        [
            new(MetricNames.PanopticQuality, RunMetric.AllClasses, images.Length),
            new(MetricNames.SegmentationQuality, RunMetric.AllClasses, images.Length),
            new(MetricNames.RecognitionQuality, RunMetric.AllClasses, images.Length),
            .. evaluation.Summarize(images, []).PerClass.Select((one, index) => new Statistic(MetricNames.PanopticQuality, index, (long)(one.TruePositives + one.FalseNegatives))),
        ];

        public double OutcomeOf(int image) => ScoreOf(evaluation, images[image]);

        public void Summarize(ReadOnlySpan<double> weights, Span<double> values)
        {
            PanopticReport report = evaluation.Summarize(images, weights);
            values[0] = report.All.PanopticQuality ?? double.NaN;
            values[1] = report.All.SegmentationQuality ?? double.NaN;
            values[2] = report.All.RecognitionQuality ?? double.NaN;
            for (int index = 0; index < report.PerClass.Count; index++)
            {
                values[OverallCount + index] = report.PerClass[index].PanopticQuality ?? double.NaN;
            }
        }

        public void Resample(ReadOnlySpan<double> weights, Span<double> values) => Summarize(weights, values);

        /// <summary>Segments are matched within a class only: what is not right was missed, or is too much.</summary>
        public ConfusionMatrix Confusion(ReadOnlySpan<double> weights)
        {
            IReadOnlyList<PanopticClassReport> classes = evaluation.Summarize(images, weights).PerClass;
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
