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
    public string? ProblemOf(Prediction predicted, TaskSetup setup) => predicted is ClassificationPrediction answer && answer.Probabilities.Length == setup.ClassCount
        ? null
        : $"class_mismatch: The model does not answer with one probability for each of the project's {setup.ClassCount} classes.";

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
        private const int OverallCount = 6;

        private readonly bool[] _isCorrect = [.. images.Select(image => image.PredictedIndex == image.TruthIndex)];
        private readonly double[] _confidences = [.. images.Select(image => image.Confidence)];

        public int ImageCount => images.Length;

        public IReadOnlyList<Statistic> Statistics { get; } = ListStatistics(evaluation.ClassCount, images);

        public double OutcomeOf(int image) => _isCorrect[image] ? 1 : 0;

        // A bootstrap asks thousands of times, so this counts only what is stored, and leaves out what a whole ClassificationReport would add.
        public void Summarize(ReadOnlySpan<double> weights, Span<double> values)
        {
            int classCount = evaluation.ClassCount;
            Span<double> right = stackalloc double[classCount], labelled = stackalloc double[classCount], predicted = stackalloc double[classCount];
            (double total, double correct, double top5) = (0, 0, 0);
            for (int image = 0; image < images.Length; image++)
            {
                ClassificationEvidence one = images[image];
                double weight = weights.IsEmpty ? 1 : weights[image];
                total += weight;
                labelled[one.TruthIndex] += weight;
                predicted[one.PredictedIndex] += weight;
                right[one.TruthIndex] += _isCorrect[image] ? weight : 0;
                correct += _isCorrect[image] ? weight : 0;
                top5 += one.IsInTop(5) ? weight : 0;
            }

            values[0] = correct / total;
            values[1] = top5 / total;
            values[5] = Calibration.RightClosed(_confidences, _isCorrect, weights, evaluation.BinCount).ExpectedError ?? double.NaN;
            for (int index = 0; index < classCount; index++)
            {
                PrecisionRecallF1.Of(right[index], labelled[index], predicted[index]).CopyTo(values.Slice(OverallCount + index * 3, 3));
            }

            for (int number = 0; number < 3; number++)
            {
                values[2 + number] = MeanOfDefined(values[(OverallCount + number)..]);
            }
        }

        public void Resample(ReadOnlySpan<double> weights, Span<double> values) => Summarize(weights, values);

        public ConfusionMatrix Confusion(ReadOnlySpan<double> weights) =>
            new(evaluation.ClassCount, HasBackground: false, evaluation.Summarize(images, weights).Confusion);

        // Every third value from the first on, undefined ones left out.
        private static double MeanOfDefined(ReadOnlySpan<double> values)
        {
            (double sum, int count) = (0, 0);
            for (int index = 0; index < values.Length; index += 3)
            {
                if (!double.IsNaN(values[index]))
                {
                    (sum, count) = (sum + values[index], count + 1);
                }
            }

            return sum / count;
        }

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
