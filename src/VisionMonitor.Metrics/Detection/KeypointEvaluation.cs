namespace VisionMonitor.Metrics.Detection;

/// <summary>One labelled object with its joints.</summary>
/// <param name="Box">Class, box, area and whether it is a crowd; the area is what distances are measured by.</param>
/// <param name="Joints">x, y and visibility (0 not labelled) by turns, in pixels; empty where none is labelled.</param>
public sealed record TruthJoints(TruthBox Box, IReadOnlyList<double> Joints);

/// <summary>One predicted object with its joints.</summary>
/// <param name="Box">Class, box and confidence.</param>
/// <param name="Joints">x, y and an unused number by turns, in pixels.</param>
public sealed record PredictedJoints(PredictedBox Box, IReadOnlyList<double> Joints);

/// <summary>
/// Pose as COCO evaluates it: as <see cref="DetectionEvaluation"/>, but by the similarity of joints (<see cref="KeypointOverlap"/>). An object without a labelled joint
/// counts neither for nor against the model, as in cocoeval.py. With other than COCO's 17 joints each has the deviation 1 / count, as Ultralytics
/// takes it. Objects that have another number of joints than the prediction are not similar to it.
/// </summary>
public sealed class KeypointEvaluation : IEvaluation<IReadOnlyList<TruthJoints>, IReadOnlyList<PredictedJoints>, DetectionEvidence, DetectionReport>
{
    private readonly DetectionEvaluation _evaluation;

    /// <summary>An evaluation of a fixed set of classes.</summary>
    /// <param name="options">What is asked; the defaults are COCO's.</param>
    /// <param name="classCount">Classes, at least 0.</param>
    public KeypointEvaluation(DetectionOptions options, int classCount) => _evaluation = new DetectionEvaluation(options, classCount);

    /// <summary>The deviations of a number of joints, relative to the object's size.</summary>
    public static IReadOnlyList<double> SigmasOf(int jointCount) =>
        jointCount == KeypointOverlap.CocoSigmas.Count ? KeypointOverlap.CocoSigmas : [.. Enumerable.Repeat(1.0 / jointCount, jointCount)];

    /// <inheritdoc/>
    public DetectionEvidence Compare(IReadOnlyList<TruthJoints> truth, IReadOnlyList<PredictedJoints> predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        bool[] isUnlabelled = [.. truth.Select(one => !one.Joints.Where((_, at) => at % 3 == 2).Any(visibility => visibility > 0))];
        return BoxComparison.Compare(
            _evaluation.Plan, [.. truth.Select(one => one.Box)], [.. predicted.Select(one => one.Box)], [], new Similarities(truth, predicted), isIgnored: isUnlabelled);
    }

    /// <inheritdoc/>
    public DetectionReport Summarize(ReadOnlySpan<DetectionEvidence> evidence, ReadOnlySpan<double> weights) => _evaluation.Summarize(evidence, weights);

    private sealed class Similarities(IReadOnlyList<TruthJoints> truths, IReadOnlyList<PredictedJoints> predictions) : IOverlap
    {
        private readonly double[][] _truths = [.. truths.Select(one => one.Joints.ToArray())];
        private readonly double[][] _predictions = [.. predictions.Select(one => one.Joints.ToArray())];

        public void Fill(ReadOnlySpan<int> predicted, ReadOnlySpan<int> truthIndices, Span<double> overlaps, double floor)
        {
            int at = 0;
            foreach (int d in predicted)
            {
                double[] joints = _predictions[d];
                IReadOnlyList<double> sigmas = SigmasOf(joints.Length / 3);
                foreach (int g in truthIndices)
                {
                    // Nothing labelled is compared by the box alone, whatever the number of joints.
                    double[] labelled = _truths[g].Length == 0 ? new double[joints.Length] : _truths[g];
                    overlaps[at++] = labelled.Length == joints.Length && joints.Length > 0
                        ? KeypointOverlap.Similarity(labelled, truths[g].Box.Box, truths[g].Box.AreaPixels, joints, [.. sigmas])
                        : 0;
                }
            }
        }
    }
}
