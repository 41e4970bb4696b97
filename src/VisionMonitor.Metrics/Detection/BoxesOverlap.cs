using VisionMonitor.Metrics.Geometry;

namespace VisionMonitor.Metrics.Detection;

/// <summary>IoU of the boxes of one image; a crowd is divided by the prediction's area.</summary>
internal sealed class BoxesOverlap(IReadOnlyList<TruthBox> truths, IReadOnlyList<PredictedBox> predictions) : IOverlap
{
    public void Fill(ReadOnlySpan<int> predicted, ReadOnlySpan<int> truthIndices, Span<double> overlaps, double floor)
    {
        int at = 0;
        foreach (int p in predicted)
        {
            BoundingBox box = predictions[p].Box;
            foreach (int t in truthIndices)
            {
                TruthBox truth = truths[t];
                overlaps[at++] = truth.IsCrowd
                    ? BoxOverlap.IntersectionOverPredicted(box, truth.Box)
                    : BoxOverlap.IntersectionOverUnion(box, truth.Box);
            }
        }
    }
}
