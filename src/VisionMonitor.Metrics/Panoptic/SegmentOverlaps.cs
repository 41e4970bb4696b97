using System.Runtime.InteropServices;
using VisionMonitor.Metrics.Segmentation;

namespace VisionMonitor.Metrics.Panoptic;

/// <summary>How many pixels each pair of segments shares, in all and among boundary pixels.</summary>
internal sealed class SegmentOverlaps
{
    private readonly Dictionary<(int Truth, int Predicted), long> _pixels = [];
    private readonly Dictionary<(int Truth, int Predicted), long> _boundary = [];
    private readonly Dictionary<int, long> _truthBoundary = [];
    private readonly Dictionary<int, long> _predictedBoundary = [];

    public SegmentOverlaps(PanopticImage truth, PanopticImage predicted, double? boundaryRatio)
    {
        CountRuns(truth.Ids.Span, predicted.Ids.Span);
        foreach (((int t, int p), long pixels) in _pixels)
        {
            Add(TruthAreas, t, pixels);
            Add(PredictedAreas, p, pixels);
        }

        if (boundaryRatio is { } ratio)
        {
            CountBoundaries(truth, predicted, ratio);
        }
    }

    public Dictionary<int, long> TruthAreas { get; } = [];

    public Dictionary<int, long> PredictedAreas { get; } = [];

    /// <summary>By truth id, then by predicted id: the order in which panopticapi adds up IoU.</summary>
    public IEnumerable<(int Truth, int Predicted, long Pixels)> Pairs => _pixels.OrderBy(p => p.Key).Select(p => (p.Key.Truth, p.Key.Predicted, p.Value));

    public long Pixels(int truth, int predicted) => _pixels.GetValueOrDefault((truth, predicted));

    /// <summary>Boundary IoU of two segments; predicted boundary in the void of the truth does not count.</summary>
    public double BoundaryIou(int truth, int predicted)
    {
        long intersection = _boundary.GetValueOrDefault((truth, predicted));
        long union = _truthBoundary.GetValueOrDefault(truth) + _predictedBoundary.GetValueOrDefault(predicted) - intersection - _boundary.GetValueOrDefault((0, predicted));
        return union > 0 ? (double)intersection / union : 0;
    }

    /// <summary>Maps are made of regions: a counter is touched where a run of equal pairs ends.</summary>
    private void CountRuns(ReadOnlySpan<int> t, ReadOnlySpan<int> p)
    {
        int truthEnd = 0, predictedEnd = 0;
        for (int start = 0; start < t.Length;)
        {
            truthEnd = truthEnd > start ? truthEnd : EndOfRun(t, start);
            predictedEnd = predictedEnd > start ? predictedEnd : EndOfRun(p, start);
            int end = Math.Min(truthEnd, predictedEnd);
            Add(_pixels, (t[start], p[start]), end - start);
            start = end;
        }
    }

    private static int EndOfRun(ReadOnlySpan<int> ids, int start)
    {
        int length = ids[start..].IndexOfAnyExcept(ids[start]);
        return length < 0 ? ids.Length : start + length;
    }

    private void CountBoundaries(PanopticImage truth, PanopticImage predicted, double ratio)
    {
        int distance = BoundaryPixels.Distance(truth.Width, truth.Height, ratio);
        ReadOnlySpan<int> t = truth.Ids.Span, p = predicted.Ids.Span;
        bool[] truthInside = BoundaryPixels.Inside(t, truth.Width, truth.Height, distance);
        bool[] predictedInside = BoundaryPixels.Inside(p, truth.Width, truth.Height, distance);
        for (int i = 0; i < t.Length; i++)
        {
            if (!truthInside[i])
            {
                Add(_truthBoundary, t[i], 1);
            }

            if (!predictedInside[i])
            {
                Add(_predictedBoundary, p[i], 1);
                if (!truthInside[i] || t[i] == 0)
                {
                    Add(_boundary, (t[i], p[i]), 1);
                }
            }
        }
    }

    private static void Add<TKey>(Dictionary<TKey, long> counts, TKey key, long count)
        where TKey : notnull => CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _) += count;
}
