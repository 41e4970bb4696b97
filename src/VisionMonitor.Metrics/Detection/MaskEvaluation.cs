using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection;

/// <summary>One labelled object with its mask.</summary>
/// <param name="ClassIndex">Index of its class, counted from 0.</param>
/// <param name="Mask">Its pixels.</param>
/// <param name="IsCrowd">A region of many objects: predictions in it count neither for nor against the model.</param>
public sealed record TruthMask(int ClassIndex, RunLengthMask Mask, bool IsCrowd = false);

/// <summary>One predicted object with its mask.</summary>
/// <param name="ClassIndex">Index of its class, counted from 0.</param>
/// <param name="Mask">Its pixels.</param>
/// <param name="Confidence">Finite; only compared.</param>
public sealed record PredictedMask(int ClassIndex, RunLengthMask Mask, double Confidence);

/// <summary>Instance segmentation as COCO evaluates it: as <see cref="DetectionEvaluation"/>, but by the overlap of masks and with their areas.</summary>
public sealed class MaskEvaluation : IEvaluation<IReadOnlyList<TruthMask>, IReadOnlyList<PredictedMask>, DetectionEvidence, DetectionReport>
{
    private readonly DetectionEvaluation _evaluation;
    private readonly double? _boundaryRatio;

    /// <summary>An evaluation of a fixed set of classes.</summary>
    /// <param name="options">What is asked; the defaults are COCO's.</param>
    /// <param name="classCount">Classes, at least 0.</param>
    /// <param name="boundaryRatio">With a share of the diagonal (0.02): the overlap is the lesser of IoU and boundary IoU, as in boundary_iou_api.</param>
    public MaskEvaluation(DetectionOptions options, int classCount, double? boundaryRatio = null)
    {
        _evaluation = new DetectionEvaluation(options, classCount);
        _boundaryRatio = boundaryRatio;
    }

    /// <inheritdoc/>
    public DetectionEvidence Compare(IReadOnlyList<TruthMask> truth, IReadOnlyList<PredictedMask> predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        TruthBox[] truthBoxes = [.. truth.Select(one => new TruthBox(one.ClassIndex, one.Mask.Bounds, one.Mask.Area, one.IsCrowd))];
        PredictedBox[] predictedBoxes = [.. predicted.Select(one => new PredictedBox(one.ClassIndex, one.Mask.Bounds, one.Confidence))];
        double[] areas = [.. predicted.Select(one => (double)one.Mask.Area)];
        return BoxComparison.Compare(_evaluation.Plan, truthBoxes, predictedBoxes, [], new Overlaps(truth, predicted, _boundaryRatio), areas);
    }

    /// <inheritdoc/>
    public DetectionReport Summarize(ReadOnlySpan<DetectionEvidence> evidence, ReadOnlySpan<double> weights) => _evaluation.Summarize(evidence, weights);

    /// <summary>The evidence made ready for many weightings.</summary>
    public DetectionSummary Prepare(ReadOnlySpan<DetectionEvidence> evidence) => DetectionSummary.Prepare(_evaluation, evidence);

    private sealed class Overlaps(IReadOnlyList<TruthMask> truths, IReadOnlyList<PredictedMask> predictions, double? boundaryRatio) : IOverlap
    {
        private readonly MaskShape[] _truths = [.. truths.Select(one => new MaskShape(one.Mask))];
        private readonly MaskShape[] _predictions = [.. predictions.Select(one => new MaskShape(one.Mask))];
        private readonly MaskShape[] _truthEdges = boundaryRatio is { } t ? [.. truths.Select(one => new MaskShape(MaskBoundary.Of(one.Mask, t)))] : [];
        private readonly MaskShape[] _predictedEdges = boundaryRatio is { } p ? [.. predictions.Select(one => new MaskShape(MaskBoundary.Of(one.Mask, p)))] : [];

        public void Fill(ReadOnlySpan<int> predicted, ReadOnlySpan<int> truthIndices, Span<double> overlaps, double floor)
        {
            int at = 0;
            foreach (int d in predicted)
            {
                foreach (int g in truthIndices)
                {
                    bool isCrowd = truths[g].IsCrowd;
                    double overlap = MaskOverlap.Of(_predictions[d], _truths[g], isCrowd, floor);
                    overlaps[at++] = boundaryRatio is null || overlap <= 0 ? overlap : Math.Min(overlap, MaskOverlap.Of(_predictedEdges[d], _truthEdges[g], isCrowd, floor));
                }
            }
        }
    }
}
