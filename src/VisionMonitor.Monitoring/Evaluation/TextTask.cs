using System.Buffers.Binary;
using VisionMonitor.Metrics.Text;
using VisionMonitor.Monitoring.Storage;
using VisionMonitor.Vision;
using VisionMonitor.Vision.Predictions;
using VisionMonitor.Vision.Truths;

namespace VisionMonitor.Monitoring.Evaluation;

/// <summary>
/// Lines of text: the character error rate of everything that is read from the top down, the share of images that are read without a
/// fault, and where lines have places how well they are found. What is read where nobody can read counts neither for nor against.
/// </summary>
public sealed class TextTask : ITaskEvaluation
{
    private static readonly TextEvaluation _reading = new();
    private static readonly TextDetectionEvaluation _finding = new();

    /// <inheritdoc/>
    public VisionTask Task => VisionTask.Text;

    /// <inheritdoc/>
    public string HeadlineMetric => MetricNames.CharacterErrorRate;

    /// <inheritdoc/>
    public string? ProblemOf(Prediction predicted, TaskSetup setup) => predicted is TextPrediction
        ? null
        : "task_mismatch: The model does not answer with lines of text.";

    /// <inheritdoc/>
    public ImageEvidence Compare(Truth truth, Prediction predicted, TaskSetup setup)
    {
        (TextEvidence read, TextDetectionEvidence found) = Judge(truth, predicted);
        byte[] first = read.ToBytes();
        byte[] length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, first.Length);
        return new ImageEvidence([.. length, .. first, .. found.ToBytes()], 1 - read.NormalizedEditDistance);
    }

    /// <summary>What was read, and which lines were found; no line counts as found where the truth has no places.</summary>
    /// <inheritdoc cref="Compare"/>
    internal static (TextEvidence Read, TextDetectionEvidence Found) Judge(Truth truth, Prediction predicted)
    {
        if (truth is not TextTruth labelled || predicted is not TextPrediction answer)
        {
            throw new ArgumentException($"A {truth.Task} truth and a {predicted.Task} prediction are no text.", nameof(predicted));
        }

        bool hasPlaces = labelled.Lines.All(line => line.Corners.Count >= 6) && answer.Lines.All(line => line.Corners.Count >= 6);
        TextRegion[] truths = hasPlaces ? [.. labelled.Lines.Select(line => new TextRegion(line.Corners, line.IsIgnored))] : [];
        TextRegion[] places = hasPlaces ? [.. answer.Lines.Select(line => new TextRegion(line.Corners))] : [];
        TextDetectionEvidence found = _finding.Compare(truths, places);
        int[] matches = hasPlaces ? _finding.Match(truths, places) : [.. answer.Lines.Select(_ => TextDetectionEvaluation.Unmatched)];
        TextEvidence read = _reading.Compare(
            Whole(labelled.Lines.Where(line => !line.IsIgnored).Select(line => (line.Text, line.Corners))),
            Whole(answer.Lines.Zip(matches).Where(pair => pair.Second != TextDetectionEvaluation.Forgiven)
                .Select(pair => (pair.First.Text, pair.Second >= 0 ? labelled.Lines[pair.Second].Corners : pair.First.Corners))));
        return (read, found);
    }

    /// <inheritdoc/>
    public IEvidenceSet Prepare(IReadOnlyList<byte[]> contents, TaskSetup setup)
    {
        TextEvidence[] read = new TextEvidence[contents.Count];
        TextDetectionEvidence[] found = new TextDetectionEvidence[contents.Count];
        for (int image = 0; image < contents.Count; image++)
        {
            ReadOnlySpan<byte> content = contents[image];
            int length = content.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(content);
            if (length < 0 || length > content.Length - sizeof(int))
            {
                throw new InvalidDataException("Evidence of text is cut short.");
            }

            read[image] = TextEvidence.FromBytes(content.Slice(sizeof(int), length));
            found[image] = TextDetectionEvidence.FromBytes(content[(sizeof(int) + length)..]);
        }

        return new Evidence(read, found);
    }

    /// <inheritdoc/>
    public AnswerTraits Describe(Prediction predicted, TaskSetup setup) => predicted is TextPrediction { Lines.Count: > 0 } answer
        ? new(answer.Lines.Average(line => line.Confidence), [])
        : new(null, []);

    /// <summary>Lines from the top down and from the left, whoever wrote them in what order; a found line stands where its truth stands, so that a pixel between neighbours changes nothing.</summary>
    private static string Whole(IEnumerable<(string Text, IReadOnlyList<double> Corners)> lines) => string.Join(
        '\n',
        lines.OrderBy(line => line.Corners.Count < 2 ? 0 : line.Corners.Where((_, at) => at % 2 == 1).Min())
            .ThenBy(line => line.Corners.Count < 2 ? 0 : line.Corners.Where((_, at) => at % 2 == 0).Min())
            .Select(line => line.Text));

    private sealed class Evidence(TextEvidence[] read, TextDetectionEvidence[] found) : IEvidenceSet
    {
        public int ImageCount => read.Length;

        public IReadOnlyList<Statistic> Statistics { get; } =
        [
            .. ((string[])[MetricNames.CharacterErrorRate, MetricNames.WordErrorRate, MetricNames.ExactMatch, MetricNames.LineHarmonicMean, MetricNames.LinePrecision, MetricNames.LineRecall])
                .Select(metric => new Statistic(metric, RunMetric.AllClasses, read.Length)),
        ];

        public double OutcomeOf(int image) => 1 - read[image].NormalizedEditDistance;

        public void Summarize(ReadOnlySpan<double> weights, Span<double> values)
        {
            TextReport text = _reading.Summarize(read, weights);
            TextDetectionReport lines = _finding.Summarize(found, weights);
            values[0] = text.CharacterErrorRate ?? double.NaN;
            values[1] = text.WordErrorRate ?? double.NaN;
            values[2] = text.ExactMatch ?? double.NaN;
            values[3] = lines.HarmonicMean ?? double.NaN;
            values[4] = lines.Precision ?? double.NaN;
            values[5] = lines.Recall ?? double.NaN;
        }

        public void Resample(ReadOnlySpan<double> weights, Span<double> values) => Summarize(weights, values);

        public ConfusionMatrix Confusion(ReadOnlySpan<double> weights) => new(0, HasBackground: false, []);
    }
}
