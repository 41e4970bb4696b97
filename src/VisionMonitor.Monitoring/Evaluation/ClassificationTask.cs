using VisionMonitor.Metrics.Classification;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>One class for the image.</summary>
public sealed class ClassificationTask : ITaskEvaluation
{
    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Classification;

    /// <inheritdoc/>
    public string HeadlineMetric => MetricNames.Accuracy;

    /// <inheritdoc/>
    public ImageEvidence Compare(Truth truth, Prediction predicted, TaskSetup setup)
    {
        if (truth is not ClassificationTruth one || predicted is not ClassificationPrediction answer)
        {
            throw new ArgumentException($"A {truth.Task} truth and a {predicted.Task} prediction are no classification.", nameof(predicted));
        }

        ClassificationEvidence evidence = new ClassificationEvaluation(setup.ClassCount).Compare(one.ClassIndex, answer.Probabilities);

        // A right answer is worth at least a half, so that a gallery shows every wrong image before any right one.
        double score = (evidence.PredictedIndex == evidence.TruthIndex ? 0.5 : 0) + evidence.TruthProbability / 2;
        return new ImageEvidence(evidence.ToBytes(), score);
    }

    /// <inheritdoc/>
    public IEvidenceSet Prepare(IReadOnlyList<byte[]> contents, TaskSetup setup) =>
        new Evidence(new ClassificationEvaluation(setup.ClassCount), [.. contents.Select(content => ClassificationEvidence.FromBytes(content))]);

    /// <inheritdoc/>
    public AnswerTraits Describe(Prediction predicted, TaskSetup setup) =>
        predicted is ClassificationPrediction { TopClassIndex: >= 0 and int top } answer
            ? new AnswerTraits(answer.Probabilities[top], [top])
            : new AnswerTraits(null, []);

    private sealed class Evidence(ClassificationEvaluation evaluation, ClassificationEvidence[] images) : IEvidenceSet
    {
        public int ImageCount => images.Length;

        public IReadOnlyList<Statistic> Statistics { get; } = ListStatistics(evaluation.ClassCount, images);

        public double OutcomeOf(int image) => images[image].PredictedIndex == images[image].TruthIndex ? 1 : 0;

        public void Summarize(ReadOnlySpan<double> weights, Span<double> values)
        {
            ClassificationReport report = evaluation.Summarize(images, weights);
            PrecisionRecallF1 macro = report.Macro;
            int next = 0;
            foreach (double? value in (ReadOnlySpan<double?>)[report.Accuracy, report.Top5, macro.Precision, macro.Recall, macro.F1, report.ExpectedCalibrationError])
            {
                values[next++] = value ?? double.NaN;
            }

            foreach (ClassReport one in report.PerClass)
            {
                values[next++] = one.Precision ?? double.NaN;
                values[next++] = one.Recall ?? double.NaN;
                values[next++] = one.F1 ?? double.NaN;
            }
        }

        public ConfusionMatrix Confusion(ReadOnlySpan<double> weights) =>
            new(evaluation.ClassCount, HasBackground: false, evaluation.Summarize(images, weights).Confusion);

        private static List<Statistic> ListStatistics(int classCount, ClassificationEvidence[] images)
        {
            long[] support = new long[classCount];
            foreach (ClassificationEvidence image in images)
            {
                support[image.TruthIndex]++;
            }

            string[] overall = [MetricNames.Accuracy, MetricNames.Top5Accuracy, MetricNames.Precision, MetricNames.Recall, MetricNames.F1, MetricNames.CalibrationError];
            string[] perClass = [MetricNames.Precision, MetricNames.Recall, MetricNames.F1];
            return
            [
                .. overall.Select(metric => new Statistic(metric, RunMetric.AllClasses, images.Length)),
                .. Enumerable.Range(0, classCount).SelectMany(index => perClass.Select(metric => new Statistic(metric, index, support[index]))),
            ];
        }
    }
}
