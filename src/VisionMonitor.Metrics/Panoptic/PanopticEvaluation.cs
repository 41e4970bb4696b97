using VisionMonitor.Metrics.Statistics;

namespace VisionMonitor.Metrics.Panoptic;

/// <summary>Panoptic quality (Kirillov et al. 2019), rule for rule as panopticapi counts it.</summary>
public sealed class PanopticEvaluation : IEvaluation<PanopticImage, PanopticImage, PanopticEvidence, PanopticReport>
{
    private const int Void = 0;
    private readonly HashSet<int> _categoryIds;

    /// <summary>An evaluation over the given categories.</summary>
    /// <param name="categories">Their ids must differ.</param>
    /// <param name="options">Conventions; panopticapi's when null.</param>
    public PanopticEvaluation(IReadOnlyList<PanopticCategory> categories, PanopticOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(categories);
        (Categories, Options, _categoryIds) = (categories, options ?? new PanopticOptions(), [.. categories.Select(c => c.Id)]);
        if (_categoryIds.Count != categories.Count)
        {
            throw new ArgumentException("Two categories have the same id.", nameof(categories));
        }
    }

    /// <summary>The categories, in report order.</summary>
    public IReadOnlyList<PanopticCategory> Categories { get; }

    /// <summary>The conventions.</summary>
    public PanopticOptions Options { get; }

    /// <summary>Compares one image.</summary>
    /// <exception cref="ArgumentException">The two maps differ in size.</exception>
    /// <exception cref="PanopticException">A predicted id is in the map and not among the segments, or the reverse, or a segment has an unknown category.</exception>
    public PanopticEvidence Compare(PanopticImage truth, PanopticImage predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        if (truth.Width != predicted.Width || truth.Height != predicted.Height)
        {
            throw new ArgumentException($"The truth has {truth.Width} × {truth.Height} pixels, the prediction {predicted.Width} × {predicted.Height}.", nameof(predicted));
        }

        var overlaps = new SegmentOverlaps(truth, predicted, Options.BoundaryRatio);
        Dictionary<int, PanopticSegment> truths = ById(truth), predictions = ById(predicted);
        CheckPredictions(overlaps, predictions);
        int mismatches = truths.Values.Count(s => s.Area != overlaps.TruthAreas.GetValueOrDefault(s.Id));
        var tally = new SortedDictionary<int, PanopticCell>();
        var matchedTruths = new HashSet<int>();
        var matchedPredictions = new HashSet<int>();
        foreach ((int t, int p, long pixels) in overlaps.Pairs)
        {
            if (truths.TryGetValue(t, out PanopticSegment one) && predictions.TryGetValue(p, out PanopticSegment other) && !one.IsCrowd && one.CategoryId == other.CategoryId
                && Iou(overlaps, one, p, pixels) is { } iou && iou > 0.5)
            {
                Add(tally, new PanopticCell(one.CategoryId, 1, 0, 0, iou));
                matchedTruths.Add(t);
                matchedPredictions.Add(p);
            }
        }

        // Of several crowd segments of a category only the last one forgives predictions, as in panopticapi.
        var crowds = new Dictionary<int, int>();
        foreach (PanopticSegment one in truths.Values)
        {
            if (one.IsCrowd)
            {
                crowds[one.CategoryId] = one.Id;
            }
            else if (!matchedTruths.Contains(one.Id))
            {
                Add(tally, new PanopticCell(one.CategoryId, 0, 0, 1, 0));
            }
        }

        foreach (PanopticSegment other in predictions.Values.Where(s => !matchedPredictions.Contains(s.Id)))
        {
            long forgiven = overlaps.Pixels(Void, other.Id) + (crowds.TryGetValue(other.CategoryId, out int crowd) ? overlaps.Pixels(crowd, other.Id) : 0);
            if ((double)forgiven / overlaps.PredictedAreas[other.Id] <= 0.5)
            {
                Add(tally, new PanopticCell(other.CategoryId, 0, 1, 0, 0));
            }
        }

        return new PanopticEvidence([.. tally.Values], mismatches);
    }

    /// <inheritdoc/>
    public PanopticReport Summarize(ReadOnlySpan<PanopticEvidence> evidence, ReadOnlySpan<double> weights)
    {
        if (!weights.IsEmpty && weights.Length != evidence.Length)
        {
            throw new ArgumentException($"{evidence.Length} images have {weights.Length} weights.", nameof(weights));
        }

        Bootstrap.CheckWeights(weights);
        Dictionary<int, int> places = Categories.Select((c, i) => (c.Id, i)).ToDictionary();
        double[] right = new double[Categories.Count], wrong = new double[Categories.Count], missed = new double[Categories.Count], iou = new double[Categories.Count];
        long images = 0, mismatches = 0;
        for (int i = 0; i < evidence.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            images += weight > 0 ? 1 : 0;
            mismatches += weight > 0 ? evidence[i].AreaMismatchCount : 0;
            foreach (PanopticCell cell in evidence[i].Cells)
            {
                // A truth segment of a category that is not listed counts nowhere, as in panopticapi.
                if (places.TryGetValue(cell.CategoryId, out int place))
                {
                    right[place] += weight * cell.TruePositives;
                    wrong[place] += weight * cell.FalsePositives;
                    missed[place] += weight * cell.FalseNegatives;
                    iou[place] += weight * cell.IouSum;
                }
            }
        }

        return new PanopticReport(images, [.. Categories.Select((c, i) => new PanopticClassReport(c, right[i], wrong[i], missed[i], iou[i]))], mismatches);
    }

    private double Iou(SegmentOverlaps overlaps, PanopticSegment truth, int predicted, long intersection)
    {
        long truthArea = Options.RecountTruthAreas ? overlaps.TruthAreas[truth.Id] : truth.Area;
        long union = overlaps.PredictedAreas[predicted] + truthArea - intersection - overlaps.Pixels(Void, predicted);
        double iou = (double)intersection / union;
        return Options.BoundaryRatio is null ? iou : Math.Min(iou, overlaps.BoundaryIou(truth.Id, predicted));
    }

    private void CheckPredictions(SegmentOverlaps overlaps, Dictionary<int, PanopticSegment> predictions)
    {
        foreach (int id in overlaps.PredictedAreas.Keys)
        {
            if (id != Void && !predictions.ContainsKey(id))
            {
                throw new PanopticException($"segment {id} is in the predicted map and not in its JSON");
            }
        }

        foreach (PanopticSegment one in predictions.Values)
        {
            if (!overlaps.PredictedAreas.ContainsKey(one.Id))
            {
                throw new PanopticException($"segment {one.Id} is in the JSON of the prediction and not in its map");
            }

            if (!_categoryIds.Contains(one.CategoryId))
            {
                throw new PanopticException($"segment {one.Id} has the unknown category {one.CategoryId}");
            }
        }
    }

    private static Dictionary<int, PanopticSegment> ById(PanopticImage image)
    {
        var segments = new Dictionary<int, PanopticSegment>(image.Segments.Count);
        foreach (PanopticSegment segment in image.Segments)
        {
            segments[segment.Id] = segment;
        }

        return segments;
    }

    private static void Add(SortedDictionary<int, PanopticCell> tally, PanopticCell cell)
    {
        PanopticCell sum = tally.GetValueOrDefault(cell.CategoryId);
        tally[cell.CategoryId] = new PanopticCell(cell.CategoryId, sum.TruePositives + cell.TruePositives, sum.FalsePositives + cell.FalsePositives, sum.FalseNegatives + cell.FalseNegatives, sum.IouSum + cell.IouSum);
    }
}
