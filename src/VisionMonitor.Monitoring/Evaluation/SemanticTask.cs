using VisionMonitor.Metrics.Segmentation;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Masks;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>A class for every pixel: mean intersection over union, pixel accuracy, and the intersection over union of each class.</summary>
public sealed class SemanticTask : ITaskEvaluation
{
    private const ushort Ignored = ushort.MaxValue;

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.SemanticSegmentation;

    /// <inheritdoc/>
    public string HeadlineMetric => MetricNames.MeanIntersectionOverUnion;

    /// <inheritdoc/>
    public string? ProblemOf(Prediction predicted, TaskSetup setup) => predicted is SemanticPrediction answer && Values(answer.Map).All(value => value < setup.ClassCount)
        ? null
        : setup.UnknownClass;

    /// <inheritdoc/>
    public ImageEvidence Compare(Truth truth, Prediction predicted, TaskSetup setup)
    {
        if (truth is not SemanticTruth labelled || predicted is not SemanticPrediction answer)
        {
            throw new ArgumentException($"A {truth.Task} truth and a {predicted.Task} prediction are no semantic segmentation.", nameof(predicted));
        }

        SemanticEvaluation evaluation = Evaluation(setup);
        SemanticEvidence evidence = evaluation.Compare(Labels(labelled.Map), Labels(answer.Map));
        return new ImageEvidence(evidence.ToBytes(), ScoreOf(evaluation, evidence));
    }

    /// <inheritdoc/>
    public IEvidenceSet Prepare(IReadOnlyList<byte[]> contents, TaskSetup setup) =>
        new Evidence(Evaluation(setup), [.. contents.Select(content => SemanticEvidence.FromBytes(content))]);

    /// <inheritdoc/>
    public AnswerTraits Describe(Prediction predicted, TaskSetup setup) =>
        new(predicted is SemanticPrediction { Sureness: { } sureness } ? sureness.Sum(one => (double)one.Sure) : null, predicted is SemanticPrediction answer ? [.. Values(answer.Map).Where(value => value >= 0).Distinct()] : []);

    private static SemanticEvaluation Evaluation(TaskSetup setup) => new(setup.ClassCount, new SemanticOptions { IgnoreLabel = Ignored });

    // Where nothing is labelled nothing can be wrong.
    private static double ScoreOf(SemanticEvaluation evaluation, SemanticEvidence evidence) => evaluation.Summarize([evidence], []).MeanIntersectionOverUnion ?? 1;

    private static IEnumerable<int> Values(ClassMap map) => map.Runs.Where((_, at) => at % 2 == 0);

    private static LabelMap Labels(ClassMap map)
    {
        int[] classes = new int[map.Width * map.Height];
        map.CopyTo(classes);
        return new(map.Width, map.Height, (ReadOnlyMemory<ushort>)Array.ConvertAll(classes, value => value < 0 ? Ignored : (ushort)value));
    }

    private sealed class Evidence(SemanticEvaluation evaluation, SemanticEvidence[] images) : IEvidenceSet
    {
        private const int OverallCount = 2;

        public int ImageCount => images.Length;

        public IReadOnlyList<Statistic> Statistics { get; } =
        [
            new(MetricNames.MeanIntersectionOverUnion, RunMetric.AllClasses, images.Length),
            new(MetricNames.PixelAccuracy, RunMetric.AllClasses, images.Length),
            .. evaluation.Summarize(images, []).PerClass.Select(one => new Statistic(MetricNames.IntersectionOverUnion, one.ClassIndex, (long)one.TruthPixels)),
        ];

        public double OutcomeOf(int image) => ScoreOf(evaluation, images[image]);

        public void Summarize(ReadOnlySpan<double> weights, Span<double> values)
        {
            SemanticReport report = evaluation.Summarize(images, weights);
            values[0] = report.MeanIntersectionOverUnion ?? double.NaN;
            values[1] = report.PixelAccuracy ?? double.NaN;
            for (int index = 0; index < report.PerClass.Count; index++)
            {
                values[OverallCount + index] = report.PerClass[index].IntersectionOverUnion ?? double.NaN;
            }
        }

        public void Resample(ReadOnlySpan<double> weights, Span<double> values) => Summarize(weights, values);

        /// <summary>Without the last row and column: <see cref="ProblemOf"/> lets no class out of range through.</summary>
        public ConfusionMatrix Confusion(ReadOnlySpan<double> weights)
        {
            int count = evaluation.ClassCount;
            IReadOnlyList<double> all = evaluation.Summarize(images, weights).Confusion;
            return new(count, HasBackground: false, [.. Enumerable.Range(0, count * count).Select(cell => all[cell / count * (count + 1) + cell % count])]);
        }
    }
}
